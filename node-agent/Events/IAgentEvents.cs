using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells people what happened to an object of theirs, as <c>kubectl describe</c> shows it.</summary>
internal interface IAgentEvents
{
    /// <summary>The pod starts without its workload's tag.</summary>
    void TagUnknown(Pod pod);

    /// <summary>Somebody else's firewall on the node stops pods' packets.</summary>
    /// <param name="node">The node.</param>
    /// <param name="advice">What to do.</param>
    void ForwardingBlocked(Node node, string advice);
}
