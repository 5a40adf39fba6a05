using System.Collections.Frozen;
using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The label keys that tell workloads apart, namespace by namespace.</summary>
/// <remarks>
/// In force in a namespace are the configured keys, those of the podSelectors of its own policies (which isolate even when the policy can't be
/// compiled), and those of the podSelectors of every peer and every cluster policy's subject whose namespaces include it, wherever that policy lives.
/// </remarks>
public sealed class KeysInForce
{
    private readonly ImmutableArray<string> _everywhere;
    private readonly FrozenDictionary<string, ImmutableArray<string>> _more;

    private KeysInForce(ImmutableArray<string> everywhere, FrozenDictionary<string, ImmutableArray<string>> more)
    {
        _everywhere = everywhere;
        _more = more;
    }

    /// <summary>The configured keys, and every key that a policy which can reach a namespace uses in a pod selector.</summary>
    /// <param name="workloadLabels"><c>OverlayNetwork.spec.workloadLabels</c>.</param>
    /// <param name="own">Every OverlayPolicy of the cluster; audited ones tell workloads apart, too.</param>
    /// <param name="namespaced">Every NetworkPolicy.</param>
    /// <param name="cluster">Every ClusterNetworkPolicy.</param>
    /// <param name="namespaces">Every namespace with its labels.</param>
    public static KeysInForce Of(
        IEnumerable<string> workloadLabels,
        IEnumerable<OverlayPolicy> own,
        IEnumerable<NetworkPolicy> namespaced,
        IEnumerable<ClusterNetworkPolicy> cluster,
        IEnumerable<PolicyNamespace> namespaces
    ) => Of(workloadLabels, PolicyReading.ReadAll(own, namespaced, cluster), new NamespaceIndex(namespaces));

    /// <summary>The same from policies already read.</summary>
    internal static KeysInForce Of(IEnumerable<string> workloadLabels, IEnumerable<PolicyModel> policies, NamespaceIndex namespaces)
    {
        var everywhere = new HashSet<string>(workloadLabels, StringComparer.Ordinal);
        var more = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var seen = new HashSet<PodPeer>();
        foreach (var policy in policies)
        {
            if (policy.Subject is { } subject)
            {
                Add(subject);
            }

            foreach (var peer in policy.Ingress.Concat(policy.Egress).SelectMany(rule => rule.Pods))
            {
                Add(peer);
            }
        }

        var everywhereSorted = everywhere.Order(StringComparer.Ordinal).ToImmutableArray();
        return new KeysInForce(
            everywhereSorted,
            more.Where(ns => !ns.Value.IsSubsetOf(everywhere))
                .ToFrozenDictionary(
                    ns => ns.Key,
                    ns => ns.Value.Union(everywhere, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray(),
                    StringComparer.Ordinal
                )
        );

        void Add(PodPeer peer)
        {
            if (peer.Pods.IsEverything || !seen.Add(peer))
            {
                return;
            }

            if (peer.Namespace is { } only)
            {
                AddIn(only, peer.Pods);
            }
            else if (peer.Namespaces.IsEverything)
            {
                everywhere.UnionWith(peer.Pods.Keys);
            }
            else
            {
                foreach (var selected in namespaces.Selected(peer.Namespaces))
                {
                    AddIn(selected, peer.Pods);
                }
            }
        }

        void AddIn(string ns, Selector pods)
        {
            if (!more.TryGetValue(ns, out var keys))
            {
                more.Add(ns, keys = new(StringComparer.Ordinal));
            }

            keys.UnionWith(pods.Keys);
        }
    }

    /// <summary>The keys in force in a namespace, sorted (ordinal).</summary>
    /// <param name="ns">The namespace; one that was not listed has the keys that are in force everywhere, and its own policies'.</param>
    public ImmutableArray<string> In(string ns) => _more.TryGetValue(ns, out var keys) ? keys : _everywhere;

    /// <summary>The keys as <c>OverlayNetwork.status.labelKeys</c> lists them, sorted by key; without namespaces: in force everywhere.</summary>
    public ImmutableArray<KeyInForce> ToStatus()
    {
        var local = _more
            .SelectMany(ns => ns.Value.Except(_everywhere, StringComparer.Ordinal).Select(key => (Key: key, Namespace: ns.Key)))
            .GroupBy(pair => pair.Key, pair => pair.Namespace, StringComparer.Ordinal)
            .Select(key => new KeyInForce(key.Key) { Namespaces = [.. key.Order(StringComparer.Ordinal)] });
        return [.. _everywhere.Select(key => new KeyInForce(key)).Concat(local).OrderBy(key => key.Key, StringComparer.Ordinal)];
    }
}
