using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Operator.Numbers;

namespace Overlay.Operator.Workloads;

/// <summary>Which workloads the numbers stood for whose objects vanished. Nodes mark packets with them and grant rights to them until they hear of others.</summary>
internal sealed class FormerTags
{
    private readonly FormerHolders<int, WorkloadTagSpec> _former;
    private readonly TimeSpan _rest;
    private readonly TimeProvider _time;

    /// <summary>Follows a cache from now on.</summary>
    /// <param name="tags">The cache.</param>
    /// <param name="rest">How long released tags rest, and these too.</param>
    /// <param name="time">The clock.</param>
    public FormerTags(IEntityCache<WorkloadTag> tags, TimeSpan rest, TimeProvider time)
    {
        (_former, _rest, _time) = (new(rest, time), rest, time);
        tags.Subscribe(Note);
    }

    /// <summary>The number that a workload had; null: none that is known.</summary>
    public int? Of(WorkloadTagSpec workload) => _former.Find((_, former) => TagPlan.SameWorkload(former, workload));

    /// <summary>Whether a number still stands for a former workload.</summary>
    public bool IsResting(int number) => _former.IsResting(number);

    /// <summary>A tag vanished before any cache heard of it.</summary>
    public void Keep(WorkloadTag tag) => _former.Keep(tag.Spec.Tag, tag.Spec);

    private void Note(EntityChange<WorkloadTag> change)
    {
        var tag = change.Entity;
        if (change.New is null && !(tag.Status is { Phase: AllocationPhase.Released, ReleasedAt: { } released } && _time.GetUtcNow() - released >= _rest))
        {
            Keep(tag);
        }
        else
        {
            _former.Forget(tag.Spec.Tag);
        }
    }
}
