namespace Overlay.Kube.Connection;

/// <summary>A kubeconfig or service account that can not be used; the message says what and how to mend it.</summary>
public sealed class ConnectionSettingsException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What, in which file, and what to do.</param>
    /// <param name="inner">What caused it, if anything.</param>
    public ConnectionSettingsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
