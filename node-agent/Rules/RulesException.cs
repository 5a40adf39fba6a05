namespace Overlay.NodeAgent.Rules;

/// <summary>The kernel's rules could not be read or written: what was attempted and what the kernel or its tool said.</summary>
public sealed class RulesException : Exception
{
    /// <summary>Names what failed.</summary>
    /// <param name="message">What was attempted, what was said, what to do.</param>
    public RulesException(string message)
        : base(message) { }

    /// <summary>Names what failed and why.</summary>
    /// <param name="message">What was attempted, what was said, what to do.</param>
    /// <param name="cause">The cause.</param>
    public RulesException(string message, Exception cause)
        : base(message, cause) { }
}
