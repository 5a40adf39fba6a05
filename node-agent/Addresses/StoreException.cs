namespace Overlay.NodeAgent.Addresses;

/// <summary>The attachment store could not be written: disk full, read-only, or damaged beyond mending.</summary>
internal sealed class StoreException(string message, Exception cause) : Exception(message, cause);
