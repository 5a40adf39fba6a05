using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells nobody: there is no API server.</summary>
internal sealed class NoAgentEvents : IAgentEvents
{
    /// <inheritdoc />
    public void TagUnknown(Pod pod) { }

    /// <inheritdoc />
    public void ForwardingBlocked(Node node, string advice) { }
}
