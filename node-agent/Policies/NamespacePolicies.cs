using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>
/// The policies in force: those that are there, and those that vanished with a namespace that is being deleted, as long as pods of it
/// still run here (CVE-2024-7598: policies may go before the pods do).
/// </summary>
/// <typeparam name="T">A kind of policy that lives in namespaces.</typeparam>
/// <param name="kind">The same.</param>
/// <param name="policies">All policies.</param>
/// <param name="namespaces">All namespaces.</param>
internal sealed class NamespacePolicies<T>(PolicyKind kind, EntityCache<T> policies, IEntityCache<Namespace> namespaces) : IDisposable
    where T : class, IEntity
{
    private readonly ChangeList<T> _changes = new(policies);
    private readonly Dictionary<ObjectKey, T> _vanished = [];
    private bool _restarted;

    /// <summary>What has come into force, changed, or gone out of it.</summary>
    /// <param name="inhabited">Namespaces that local pods are of.</param>
    public IEnumerable<PolicyChange> Changes(IReadOnlySet<string> inhabited)
    {
        var changes = new List<PolicyChange>();
        if (_restarted)
            changes.AddRange(_vanished.Select(policy => Change(policy.Key, policy.Value)));
        _restarted = false;
        foreach (var change in _changes.Drain())
        {
            var vanishes = change.New is null && Stays(change.Key.Namespace!);
            if (vanishes)
                _vanished[change.Key] = change.Old!;
            else
                _vanished.Remove(change.Key);
            if (!vanishes)
                changes.Add(Change(change.Key, change.New));
        }

        foreach (var key in _vanished.Keys.Where(key => !Stays(key.Namespace!)).ToList())
        {
            _vanished.Remove(key);
            changes.Add(Change(key, null));
        }

        // A vanished one may have been told as coming, and then be gone.
        return changes.GroupBy(change => change.Name, (_, same) => same.Last());

        bool Stays(string ns) => inhabited.Contains(ns) && namespaces.Find(new ObjectKey(null, ns)) is not { Metadata.DeletionTimestamp: null };
    }

    /// <summary>Begins anew: all that is in force has come.</summary>
    public void Restart()
    {
        _changes.Restart();
        _restarted = true;
    }

    /// <inheritdoc />
    public void Dispose() => _changes.Dispose();

    private PolicyChange Change(ObjectKey key, T? now) => new(new PolicyName(kind, key), now);
}
