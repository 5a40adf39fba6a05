using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Cli.Cluster;

namespace Overlay.Cli.Status;

/// <summary>Judges the OverlayNetwork by its conditions.</summary>
internal static class NetworkAssessment
{
    /// <summary>Judges. Null: there is no network named as it must be.</summary>
    public static Assessed<NetworkReport?> Of(ClusterSnapshot cluster)
    {
        var strays = cluster.Networks.Where(n => n.Metadata.Name != OverlayNetwork.DefaultName).Select(Stray);
        return cluster.Networks.FirstOrDefault(n => n.Metadata.Name == OverlayNetwork.DefaultName) is { } network
            ? new(Report(network), [.. Problems(network, cluster.OverlayNamespace), .. strays])
            : new(null, [Missing, .. strays]);
    }

    private static Problem Missing { get; } = new(
        "overlaynetwork default",
        "there is none, so no node gets a subnet and no pod an address",
        "create one: kubectl explain overlaynetwork.spec tells what it holds (the Helm chart makes it from its values)"
    );

    private static Problem Stray(OverlayNetwork network) => new(
        $"overlaynetwork {network.Metadata.Name}",
        "it is not used: there is one network in a cluster, and its name is 'default'",
        $"put what it says into 'default', then: kubectl delete overlaynetwork {network.Metadata.Name}"
    );

    private static NetworkReport Report(OverlayNetwork network)
    {
        var spec = network.Spec;
        var usage = (network.Status?.Pools.OrEmpty() ?? []).DistinctBy(u => u.Cidr).ToDictionary(u => u.Cidr, StringComparer.Ordinal);
        return new NetworkReport(
            [
                .. spec.Pools.OrEmpty().Select(pool => usage.TryGetValue(pool.Cidr, out var used)
                    ? new PoolReport(pool.Cidr, pool.NodePrefixLength, used.Subnets, used.Used)
                    : new PoolReport(pool.Cidr, pool.NodePrefixLength, null, null)),
            ],
            spec.Vni,
            spec.Port,
            spec.Mtu,
            spec.Rules.Backend,
            spec.Policy.DefaultAction,
            spec.Policy.DenyAction,
            network.Status?.Conditions.OrEmpty() ?? []
        );
    }

    private static IEnumerable<Problem> Problems(OverlayNetwork network, string ns)
    {
        const string on = "overlaynetwork default";
        var conditions = network.Status?.Conditions.OrEmpty() ?? [];
        if (conditions.IsEmpty)
        {
            yield return new(on, "the operator has not said anything about it", LookAtOperator(ns));
            yield break;
        }

        if (network.Status?.ObservedGeneration < network.Metadata.Generation)
            yield return new(on, "the operator has not looked at its last change", LookAtOperator(ns));
        // Ready repeats the reason of another condition: say it once, and leave the cure to the operator's own sentence.
        foreach (var bad in conditions.Where(IsBad).OrderBy(c => c.Type == "Ready").DistinctBy(c => (c.Reason, c.Message)))
            yield return new(on, $"{bad.Type} is {bad.Status} ({bad.Reason})", bad.Message);
    }

    private static string LookAtOperator(string ns) => $"if it stays so for more than a few seconds, see the log of the operator in namespace {ns}";

    // Ready, PoolsValid: True is good. PoolsExhausted, TagsExhausted: False is good. One unknown to us is shown, not judged.
    private static bool IsBad(Condition condition) =>
        condition.Type switch
        {
            "Ready" or "PoolsValid" => condition.Status != "True",
            "PoolsExhausted" or "TagsExhausted" => condition.Status != "False",
            _ => false,
        };
}
