namespace Overlay.Lab;

/// <summary>The lab can not do what was asked; the message says what, on which object, and what to do.</summary>
public sealed class LabException : Exception
{
    /// <summary>With a message for people.</summary>
    /// <param name="message">What was attempted and failed.</param>
    public LabException(string message) : base(message) { }

    /// <summary>With a message and the cause.</summary>
    /// <param name="message">What was attempted and failed.</param>
    /// <param name="cause">Why.</param>
    public LabException(string message, Exception cause) : base(message, cause) { }
}
