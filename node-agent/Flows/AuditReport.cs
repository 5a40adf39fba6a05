using Overlay.Api.Flows;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.NodeAgent.Events;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>Tells on an audited policy that it would deny something: an example, as an Event, now and then. All of it is in the log.</summary>
/// <param name="find">A policy; null: it is gone.</param>
/// <param name="events">Tells.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditReport(Func<ObjectKey, OverlayPolicy?> find, IAgentEvents events, TimeProvider time)
{
    /// <summary>How often each node tells of one policy at most.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ObjectKey, long> _told = [];

    /// <summary>Looks whether a flow is worth an Event.</summary>
    public void Take(ToldFlow told)
    {
        if (told.Audited is not { } audited)
            return;
        var side = told.Flow.Direction == FlowDirection.Egress ? audited.Egress : audited.Ingress;
        foreach (var name in side.Because.Rules.Select(rule => rule.Policy).Concat(side.IsolatedBy).Distinct())
        {
            if (name.Kind == PolicyKind.OverlayPolicy && find(name.Key) is { Spec.Mode: PolicyMode.Audit } policy && IsDue(name.Key))
                events.AuditWouldDeny(policy, told.Flow);
        }
    }

    private bool IsDue(ObjectKey key)
    {
        foreach (var over in _told.Where(pair => time.GetElapsedTime(pair.Value) >= Every).Select(pair => pair.Key).ToArray())
            _told.Remove(over);
        return _told.TryAdd(key, time.GetTimestamp());
    }
}
