using Overlay.Api.Flows;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Health;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells nobody: there is no API server.</summary>
internal sealed class NoAgentEvents : IAgentEvents
{
    /// <inheritdoc />
    public void TagUnknown(Pod pod) { }

    /// <inheritdoc />
    public void Found(Node node, Finding finding) { }

    /// <inheritdoc />
    public void AuditWouldDeny(OverlayPolicy policy, Flow example) { }
}
