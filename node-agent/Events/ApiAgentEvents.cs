using Overlay.Kube.Core;
using Overlay.Kube.Events;

namespace Overlay.NodeAgent.Events;

/// <summary>Writes Events through the API server.</summary>
internal sealed class ApiAgentEvents(EventRecorder recorder) : IAgentEvents
{
    /// <inheritdoc />
    public void TagUnknown(Pod pod) =>
        recorder.Warning(
            ObjectReference.To(pod),
            "WorkloadTagUnknown",
            "The pod's workload has no tag yet, so the pod starts as an unknown one: where a policy isolates, only rules without selectors let it in. "
                + "It gets its rights when the operator has made the tag; if it does not, look at the operator's log and at the OverlayNetwork's conditions."
        );

    /// <inheritdoc />
    public void ForwardingBlocked(Node node, string advice) =>
        recorder.Warning(ObjectReference.To(node), "ForwardingBlocked", $"Somebody else's firewall stops pods' packets. {advice}");
}
