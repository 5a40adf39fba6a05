namespace Overlay.Images;

/// <summary>An image that can not be built; the message says which file or package is wrong, and what to do.</summary>
internal sealed class ImageException(string message) : Exception(message);
