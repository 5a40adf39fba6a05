namespace Overlay.NodeAgent.Cni;

/// <summary>A CNI call failed; what the runtime is told.</summary>
internal sealed class CniException : Exception
{
    /// <summary>A failure.</summary>
    /// <param name="code">The spec's number for it.</param>
    /// <param name="message">What was attempted, on which object, with what value.</param>
    /// <param name="details">What to do about it.</param>
    /// <param name="cause">What led to it.</param>
    public CniException(CniErrorCode code, string message, string details, Exception? cause = null)
        : base(message, cause) => (Code, Details) = (code, details);

    /// <summary>The spec's number for it.</summary>
    public CniErrorCode Code { get; }

    /// <summary>What to do about it.</summary>
    public string Details { get; }
}
