namespace Overlay.Cli.Files;

/// <summary>A file of objects can not be used; the message says which, where and what to do.</summary>
internal sealed class ObjectFileException(string message, Exception? inner = null) : Exception(message, inner);
