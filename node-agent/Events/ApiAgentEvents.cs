using Overlay.Api.Flows;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.Kube.Events;
using Overlay.NodeAgent.Health;

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
    public void Found(Node node, Finding finding) => recorder.Warning(ObjectReference.To(node), finding.Reason, finding.Text);

    /// <inheritdoc />
    public void AuditWouldDeny(OverlayPolicy policy, Flow example) =>
        recorder.Normal(
            ObjectReference.To(policy),
            "AuditWouldDeny",
            $"Enforced, the policy would deny {FlowText.Of(example.Source)} to {FlowText.Of(example.Destination)}, {FlowText.ProtocolOf(example)}: {example.Reason}. "
                + "All such connections: kubectl overlay flows --audit."
        );
}
