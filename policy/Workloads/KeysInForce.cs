using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The label keys that tell workloads apart, namespace by namespace.</summary>
public sealed class KeysInForce
{
    private readonly ImmutableArray<string> _everywhere;

    private KeysInForce(ImmutableArray<string> everywhere) => _everywhere = everywhere;

    /// <summary>The configured keys, and every key that a policy which can reach a namespace uses in a pod selector.</summary>
    /// <param name="workloadLabels"><c>OverlayNetwork.spec.workloadLabels</c>.</param>
    /// <param name="policies">Every policy of the cluster.</param>
    /// <param name="namespaces">Every namespace with its labels.</param>
    public static KeysInForce Of(IEnumerable<string> workloadLabels, IEnumerable<OverlayPolicy> policies, IEnumerable<PolicyNamespace> namespaces) =>
        new(WorkloadLabels.Normalize([.. workloadLabels]));

    /// <summary>The keys in force in a namespace, sorted (ordinal).</summary>
    /// <param name="ns">The namespace; one that was not listed has the keys that are in force everywhere, and its own policies'.</param>
    public ImmutableArray<string> In(string ns) => ns.Length == 0 ? [] : _everywhere;

    /// <summary>The keys as <c>OverlayNetwork.status.labelKeys</c> lists them, sorted by key; without namespaces: in force everywhere.</summary>
    public ImmutableArray<KeyInForce> ToStatus() => [.. _everywhere.Select(key => new KeyInForce(key))];
}
