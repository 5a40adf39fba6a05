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
        var ledger = new KeyLedger(namespaces);
        foreach (var policy in policies)
        {
            ledger.Add(policy);
        }

        var everywhere = ledger.Everywhere(workloadLabels).ToHashSet(StringComparer.Ordinal);
        return new KeysInForce(
            [.. everywhere.Order(StringComparer.Ordinal)],
            ledger
                .Local()
                .Where(use => !everywhere.Contains(use.Key))
                .GroupBy(use => use.Namespace, use => use.Key, StringComparer.Ordinal)
                .ToFrozenDictionary(ns => ns.Key, ns => ns.Union(everywhere, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal)
        );
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
