namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>A file of known objects can not be used; the message says why. Nothing of it has been used then.</summary>
internal sealed class KnownFileException(string message, Exception? cause = null) : Exception(message, cause);
