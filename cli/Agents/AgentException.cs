namespace Overlay.Cli.Agents;

/// <summary>An agent could not be asked, or had no answer; the message says which, why, and what to do.</summary>
internal sealed class AgentException(string message, Exception? cause = null) : Exception(message, cause);
