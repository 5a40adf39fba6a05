namespace Overlay.Cli.Arguments;

/// <summary>The command line makes no sense; the message says what and what would.</summary>
internal sealed class UsageException(string message) : Exception(message);
