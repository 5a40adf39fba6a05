namespace Overlay.NodeAgent.Asking;

/// <summary>A question that can not be answered; the message is for who asked.</summary>
internal sealed class AskException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What was asked, with what value, and what would do.</param>
    /// <param name="cause">What led to it.</param>
    public AskException(string message, Exception? cause = null)
        : base(message, cause) { }
}
