using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Subnets;
using Overlay.Cli.Cluster;
using Overlay.Kube.Core;

namespace Overlay.Cli.Status;

/// <summary>Judges every node: has it subnets, can it be reached, is its agent alive and up to date.</summary>
internal static class NodeAssessment
{
    /// <summary>Judges the nodes, and what subnets still say of nodes that are gone.</summary>
    public static Assessed<ImmutableArray<NodeReport>> Of(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var agents = new AgentAssessment(cluster, now);
        var families = Families(cluster);
        var held = cluster.Subnets.Where(s => !s.IsResting).ToLookup(s => s.Spec.NodeUid, StringComparer.Ordinal);
        var reports = ImmutableArray.CreateBuilder<NodeReport>(cluster.Nodes.Length);
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var node in cluster.Nodes.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal))
        {
            var subnets = held[node.Metadata.Uid ?? ""].OrderBy(s => FamilyOf(s.Spec.Cidr)).ToList();
            var agent = agents.Of(node.Metadata.Name);
            ImmutableArray<Problem> own = [.. SubnetProblems(node, subnets, families, cluster.OverlayNamespace), .. agent.Problems];
            reports.Add(new NodeReport(node.Metadata.Name, [.. subnets.Select(Report)], agent.Report, own.IsEmpty));
            problems.AddRange(own);
        }

        var living = cluster.Nodes.Select(n => n.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(held.Where(node => !living.Contains(node.Key)).SelectMany(s => s).Select(s => Orphan(s, cluster.OverlayNamespace)));
        return new(reports.ToImmutable(), problems.ToImmutable());
    }

    private static SubnetReport Report(Subnet subnet) =>
        new(subnet.Spec.Cidr, subnet.Spec.VtepAddress, subnet.Spec.VtepMac, subnet.Spec.UnderlayAddresses.OrEmpty());

    private static IEnumerable<Problem> SubnetProblems(Node node, List<Subnet> subnets, IEnumerable<AddressFamily> families, string ns)
    {
        var on = $"node {node.Metadata.Name}";
        foreach (var family in families.Except(subnets.Select(s => FamilyOf(s.Spec.Cidr))))
        {
            yield return new(
                on,
                $"it has no {(family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")} subnet, so its pods get no address",
                $"kubectl describe overlaynetwork default tells whether pools are full; if they are not, see the log of the operator in namespace {ns}"
            );
        }

        if (subnets.FirstOrDefault(s => s.Spec.UnderlayAddresses.OrEmpty().IsEmpty) is { } lost)
        {
            yield return new(
                on,
                $"subnet {lost.Metadata.Name} has no underlay address, so no other node can reach it",
                $"the Node needs an InternalIP in its status: kubectl get node {node.Metadata.Name} -o wide; its kubelet (--node-ip) or cloud provider sets it"
            );
        }
    }

    private static Problem Orphan(Subnet subnet, string ns) => new(
        $"subnet {subnet.Metadata.Name}",
        $"it is in use for node {subnet.Spec.NodeName} (UID {subnet.Spec.NodeUid}), which is gone",
        $"the operator releases it within seconds; if it does not, see its log in namespace {ns}"
    );

    private static ImmutableArray<AddressFamily> Families(ClusterSnapshot cluster) =>
    [
        .. cluster.Networks.Where(n => n.Metadata.Name == OverlayNetwork.DefaultName).SelectMany(n => n.Spec.Pools.OrEmpty())
            .Select(pool => FamilyOf(pool.Cidr)).Distinct().Order(),
    ];

    private static AddressFamily FamilyOf(string cidr) =>
        IPNetwork.TryParse(cidr, out var block) ? block.BaseAddress.AddressFamily : AddressFamily.Unspecified;
}
