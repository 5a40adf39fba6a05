using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.Kube.Events;
using Overlay.Kube.Reconciling;

namespace Overlay.Operator.Policies;

/// <summary>Tells by an Event what is wrong with a NetworkPolicy: the kind has no status (removed in Kubernetes 1.28).</summary>
internal sealed class NetworkPolicyController(EventRecorder events, Action mayAct) : IEntityController<NetworkPolicy>
{
    /// <inheritdoc />
    public Task<Requeue> ReconcileAsync(ObjectKey key, NetworkPolicy? entity, CancellationToken cancel)
    {
        if (entity is not null && Acceptance.Complaint(entity) is { } complaint)
        {
            mayAct();
            events.Warning(ObjectReference.To(entity), "PolicyNotCompiled", complaint);
        }

        return Task.FromResult(Requeue.Done);
    }
}
