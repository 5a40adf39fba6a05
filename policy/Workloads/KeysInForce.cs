using System.Collections.Frozen;
using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The label keys that tell workloads apart, namespace by namespace.</summary>
/// <remarks>
/// In force in a namespace are the configured keys, those of the podSelectors of its own policies (which isolate even when the policy can't be
/// compiled), and those of the podSelectors of every peer whose namespaces include it, in whatever namespace that policy lives.
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
    /// <param name="policies">Every policy of the cluster.</param>
    /// <param name="namespaces">Every namespace with its labels.</param>
    public static KeysInForce Of(IEnumerable<string> workloadLabels, IEnumerable<OverlayPolicy> policies, IEnumerable<PolicyNamespace> namespaces)
    {
        var reader = new PolicyReader(new SelectorPool());
        return Of(workloadLabels, policies.Select(policy => reader.Read(policy).Model), new NamespaceIndex(namespaces));
    }

    /// <summary>The same from policies already read.</summary>
    internal static KeysInForce Of(IEnumerable<string> workloadLabels, IEnumerable<PolicyModel> policies, NamespaceIndex namespaces)
    {
        var everywhere = new HashSet<string>(workloadLabels, StringComparer.Ordinal);
        var more = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var seen = new HashSet<(string? Namespace, Selector? Namespaces, Selector Pods)>();
        foreach (var policy in policies)
        {
            AddIn(policy.Namespace, policy.Subject);
            foreach (var peer in policy.Ingress.Concat(policy.Egress).SelectMany(rule => rule.Peers))
            {
                Add(policy.Namespace, peer);
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

        void Add(string ns, Peer peer)
        {
            if (peer.Pods.IsEverything)
            {
                return;
            }

            if (peer.Namespaces is null)
            {
                AddIn(ns, peer.Pods);
            }
            else if (peer.Namespaces.IsEverything)
            {
                everywhere.UnionWith(peer.Pods.Keys);
            }
            else if (seen.Add((null, peer.Namespaces, peer.Pods)))
            {
                foreach (var selected in namespaces.Selected(peer.Namespaces))
                {
                    AddIn(selected, peer.Pods);
                }
            }
        }

        void AddIn(string ns, Selector pods)
        {
            if (pods.IsEverything || !seen.Add((ns, null, pods)))
            {
                return;
            }

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
