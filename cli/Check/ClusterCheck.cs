using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Nodes;
using Overlay.Cli.Status;

namespace Overlay.Cli.Check;

/// <summary>What of a cluster stands in Overlay's way, each with what to do. Pure.</summary>
internal static class ClusterCheck
{
    /// <summary>The oldest kernel that the nftables rules load on.</summary>
    private static readonly Version OldestKernel = new(5, 7);

    /// <summary>The runtimes' first versions that tell plugins a pod's UID.</summary>
    private static readonly (string Runtime, Version Since)[] Runtimes = [("containerd", new Version(1, 5)), ("cri-o", new Version(1, 20))];

    /// <summary>What is looked at, in words.</summary>
    public static readonly string[] Questions =
    [
        "nodes have addresses, Linux, a kernel and a runtime that will do",
        "pools overlap neither nodes, nor Services, nor each other",
        "pools have a block for every node, and blocks an address for every pod",
        "kube-proxy takes the pools' addresses for pods', where its configuration is kube-system/kube-proxy",
        "agents are of one version",
    ];

    /// <summary>Judges.</summary>
    public static IEnumerable<Problem> Of(ClusterFacts facts) => [.. facts.Nodes.SelectMany(OfNode), .. OfPools(facts), .. OfProxy(facts), .. OfAgents(facts)];

    private static IEnumerable<Problem> OfNode(CheckedNode node)
    {
        var on = $"node {node.Metadata.Name}";
        var info = node.Status?.NodeInfo ?? new CheckedNodeInfo();
        if (info.OperatingSystem is not ("" or "linux"))
        {
            yield return new Problem(on, $"its system is {info.OperatingSystem}", "keep Overlay off it: values agent.nodeSelector kubernetes.io/os: linux");
            yield break;
        }

        if (!Internal(node).Any())
            yield return new Problem(on, "it has no InternalIP, so others can not reach its pods", "give kubelet --node-ip, or see why the cloud provider does not set it");
        if (VersionIn(info.KernelVersion) is { } kernel && kernel < OldestKernel)
            yield return new Problem(on, $"its kernel is {info.KernelVersion}; the nftables rules need {OldestKernel}", "upgrade it, or set OverlayNetwork.spec.rules.backend to iptables");
        foreach (var (runtime, since) in Runtimes)
        {
            if (info.ContainerRuntimeVersion.StartsWith(runtime + "://", StringComparison.Ordinal) && VersionIn(info.ContainerRuntimeVersion[(runtime.Length + 3)..]) is { } version && version < since)
                yield return new Problem(on, $"{info.ContainerRuntimeVersion} does not tell plugins which pod they are called for", $"upgrade to {runtime} {since} or later");
        }
    }

    private static IEnumerable<Problem> OfPools(ClusterFacts facts)
    {
        var pools = facts.Pools.Select(pool => (pool, Network: Network(pool.Cidr))).ToArray();
        foreach (var (pool, _) in pools.Where(p => p.Network is null))
            yield return new Problem("pools", $"{pool.Cidr} is not a CIDR", "write it as 10.255.0.0/16");
        var ranges = pools.Where(p => p.Network is not null).Select(p => (p.pool, Network: p.Network!.Value)).ToArray();
        foreach (var (pool, network) in ranges)
        {
            foreach (var node in facts.Nodes.Where(node => Internal(node).Any(network.Contains)))
                yield return new Problem($"pool {pool.Cidr}", $"node {node.Metadata.Name} has its address {Internal(node).First(network.Contains)} in it", "choose a pool that no node is in");
            foreach (var range in facts.ServiceRanges.Where(range => Overlap(network, Network(range))))
                yield return new Problem($"pool {pool.Cidr}", $"Services have their addresses from {range}, which overlaps it", "choose another pool; a cluster's Service range does not change");
            if (facts.ServiceRanges.IsEmpty && facts.Services.FirstOrDefault(service => Addresses(service).Any(network.Contains)) is { } held)
                yield return new Problem($"pool {pool.Cidr}", $"Service {held.Metadata.Key} has its address in it", "choose a pool apart from --service-cluster-ip-range");
            foreach (var other in ranges.TakeWhile(other => other.pool != pool).Where(other => Overlap(network, other.Network)))
                yield return new Problem($"pool {pool.Cidr}", $"it overlaps the pool {other.pool.Cidr}", "make them disjoint");
        }

        if (ranges.Where(range => range.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork).ToArray() is { Length: > 0 } fourth)
        {
            // The block's first address is the VTEP's, its last one is nobody's.
            var addresses = (int)Math.Pow(2, 32 - fourth.Max(range => range.pool.NodePrefixLength)) - 2;
            if (facts.Nodes.MaxBy(PodsOn) is { } largest && PodsOn(largest) > addresses)
                yield return new Problem($"node {largest.Metadata.Name}", $"it takes {PodsOn(largest)} pods, and its block has {addresses} addresses; when these are used up the runtime takes the network for not ready", "make nodePrefixLength smaller in a new pool, or kubelet's maxPods");
        }

        foreach (var family in ranges.GroupBy(range => range.Network.BaseAddress.AddressFamily))
        {
            var blocks = family.Sum(range => Math.Pow(2, range.pool.NodePrefixLength - range.Network.PrefixLength));
            if (blocks < facts.Nodes.Length)
                yield return new Problem($"pools of {family.Key}", $"they hold {blocks:0} blocks, and there are {facts.Nodes.Length} nodes", "add a pool");
        }
    }

    private static IEnumerable<Problem> OfProxy(ClusterFacts facts)
    {
        const string consequence = "it takes pods for strangers: who calls a Service comes as its node, whose address servers and ipBlocks then see";
        const string remedy = "give it the pools as clusterCIDR (kubeadm: networking.podSubnet), or detectLocalMode InterfaceNamePrefix with interfaceNamePrefix ovp, and restart it";
        if (facts.Proxy is { DetectLocalMode: ProxyConfiguration.ByNodeCidr })
            yield return new Problem("kube-proxy", $"its detectLocalMode is {ProxyConfiguration.ByNodeCidr}, and pods' addresses are not from their nodes' podCIDR, so {consequence}", remedy);
        if (facts.Proxy is not { DetectLocalMode: ProxyConfiguration.ByClusterCidr, ClusterCidrs: { IsEmpty: false } told })
            yield break;
        var known = told.Select(Network).OfType<IPNetwork>().ToArray();
        foreach (var pool in facts.Pools.Select(pool => Network(pool.Cidr)).OfType<IPNetwork>())
        {
            var family = known.Where(range => range.BaseAddress.AddressFamily == pool.BaseAddress.AddressFamily).ToArray();
            if (family.Length > 0 && !family.Any(range => range.PrefixLength <= pool.PrefixLength && range.Contains(pool.BaseAddress)))
                yield return new Problem("kube-proxy", $"its clusterCIDR {string.Join(',', told)} does not hold the pool {pool}, so {consequence}", remedy);
        }
    }

    private static IEnumerable<Problem> OfAgents(ClusterFacts facts)
    {
        var versions = facts.Leases
            .Where(lease => lease.Metadata.Labels?.GetValueOrDefault(AgentLease.RoleLabel) is AgentLease.Role)
            .Select(lease => lease.Metadata.Annotations?.GetValueOrDefault(AgentLease.VersionAnnotation) ?? "?")
            .CountBy(version => version)
            .OrderBy(version => version.Key, StringComparer.Ordinal)
            .ToArray();
        if (versions.Length > 1)
            yield return new Problem("agents", $"they are of different versions: {string.Join(", ", versions.Select(v => $"{v.Value} of {v.Key}"))}", "normal while an upgrade rolls; if it stands still, see kubectl rollout status of the DaemonSet overlay-agent");
    }

    private static int PodsOn(CheckedNode node) =>
        int.TryParse(node.Status?.Allocatable?.GetValueOrDefault("pods"), NumberStyles.None, CultureInfo.InvariantCulture, out var pods) ? pods : 0;

    private static IEnumerable<IPAddress> Internal(CheckedNode node) =>
        (node.Status?.Addresses ?? []).Where(a => a.Type is "InternalIP").Select(a => IPAddress.TryParse(a.Address, out var address) ? address : null).OfType<IPAddress>();

    private static IEnumerable<IPAddress> Addresses(CheckedService service) =>
        (service.Spec?.ClusterIps ?? []).Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>();

    private static IPNetwork? Network(string cidr) => IPNetwork.TryParse(cidr, out var network) ? network : null;

    private static bool Overlap(IPNetwork left, IPNetwork? right) => right is { } other && (left.Contains(other.BaseAddress) || other.Contains(left.BaseAddress));

    /// <summary>The first two numbers of a version, whatever follows.</summary>
    private static Version? VersionIn(string text)
    {
        var numbers = text.Split('.', '-', '+');
        return numbers.Length >= 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : null;
    }
}
