using Overlay.Api.Flows;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Health;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells people what happened to an object of theirs, as <c>kubectl describe</c> shows it.</summary>
internal interface IAgentEvents
{
    /// <summary>The pod starts without its workload's tag.</summary>
    void TagUnknown(Pod pod);

    /// <summary>Something on the node asks for its administrator.</summary>
    /// <param name="node">The node.</param>
    /// <param name="finding">What, and what to do.</param>
    void Found(Node node, Finding finding);

    /// <summary>An audited policy would deny a connection.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="example">The connection.</param>
    void AuditWouldDeny(OverlayPolicy policy, Flow example);
}
