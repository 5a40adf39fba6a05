namespace Overlay.NodeAgent.Vtep;

/// <summary>This node can not have its VTEP; the message says why and what to do.</summary>
internal sealed class VtepException(string message, Exception? cause = null) : Exception(message, cause);
