using Overlay.Api.Nodes;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.Operator.Agents;

/// <summary>
/// Which agents are alive: those whose Leases have been renewed lately, by this operator's own clock from one renewal to the next. What a Lease says of the time is
/// its node's clock, which may be hours off, or jump. (Kubernetes' node controller and leader election go by what they see, too.)
/// </summary>
/// <remarks>Of a Lease that was only listed so far its own time must do.</remarks>
internal sealed class Heartbeats
{
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(AgentLease.DurationSeconds);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);

    /// <summary>Listens from now on.</summary>
    /// <param name="leases">The agents' Leases.</param>
    /// <param name="time">This operator's clock.</param>
    public Heartbeats(IEntityCache<Lease> leases, TimeProvider time)
    {
        _time = time;
        leases.Subscribe(Note);
    }

    /// <summary>Whether the agent has been heard of lately.</summary>
    /// <param name="lease">Its Lease; null: it has none.</param>
    public bool IsAlive(Lease? lease)
    {
        if (lease?.Spec.RenewTime is not { } renewed)
            return false;
        lock (_gate)
        {
            return _heard.TryGetValue(lease.Metadata.Name, out var at) ? _time.GetElapsedTime(at) <= Lasting : (_time.GetUtcNow() - renewed).Duration() <= Lasting;
        }
    }

    private void Note(EntityChange<Lease> change)
    {
        lock (_gate)
        {
            if (change.New is null)
                _heard.Remove(change.Key.Name);
            else if (change.Old is { } old && old.Spec.RenewTime != change.New.Spec.RenewTime)
                _heard[change.Key.Name] = _time.GetTimestamp();
        }
    }
}
