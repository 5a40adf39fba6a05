using System.Collections.Immutable;
using Overlay.Operator.Cluster;
using Overlay.Operator.Network;
using Overlay.Policy;

namespace Overlay.Operator.Workloads;

/// <summary>
/// Which label keys are in force, and whether they may be listed: only when every namespace has its tags by them, since agents move over to
/// what is listed. Thread-safe.
/// </summary>
/// <param name="cluster">The network, policies and namespaces.</param>
/// <param name="indexes">Where there are pods and tags.</param>
/// <param name="findings">Takes the keys that may be listed.</param>
internal sealed class KeysWatch(ClusterView cluster, WorkloadIndexes indexes, Findings findings)
{
    // The namespaces whose workloads may lack their tags by the keys in force; also guards _keys' changes.
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private volatile KeysInForce? _keys;

    /// <summary>The keys in force; null until there is a network.</summary>
    public KeysInForce? InForce => _keys;

    /// <summary>The keys in force may have changed: finds them.</summary>
    /// <returns>The namespaces to look at.</returns>
    public IReadOnlyCollection<string> Rethink()
    {
        if (cluster.Network is not { } network)
        {
            return [];
        }

        var keys = KeysInForce.Of(
            network.Spec.WorkloadLabels.OrEmpty(),
            cluster.Policies.Cache.Snapshot(),
            cluster.NetworkPolicies.Cache.Snapshot(),
            cluster.ClusterPolicies.Cache.Snapshot(),
            cluster.Namespaces.Cache.Snapshot().Select(n => new PolicyNamespace(
                n.Metadata.Name, n.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty)));

        // A change of the list moves superseded tags on, so every namespace is looked at even when the keys are the same.
        var all = indexes.Pods.Keys.Union(indexes.Tags.Keys, StringComparer.Ordinal).ToArray();
        lock (_pending)
        {
            if (_keys is null || !NetworkStatus.SameKeys(_keys.ToStatus(), keys.ToStatus()))
            {
                _pending.Clear();
                _pending.UnionWith(all);
            }

            _keys = keys;
            List();
        }

        return all;
    }

    /// <summary>A namespace has its tags by some keys.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="keys">The keys: perhaps not those in force any more.</param>
    public void Served(string ns, KeysInForce keys)
    {
        lock (_pending)
        {
            if (ReferenceEquals(keys, _keys))
            {
                _pending.Remove(ns);
            }

            List();
        }
    }

    private void List()
    {
        if (_keys is { } keys && _pending.Count == 0)
        {
            var listed = keys.ToStatus();
            if (findings.Keys is not { } before || !NetworkStatus.SameKeys(before.LabelKeys, listed))
            {
                findings.Keys = new ReadyKeys(listed);
            }
        }
    }
}
