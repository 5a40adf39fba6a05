using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Subnets;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Cluster;

/// <summary>What the cluster's objects mean for this node: its own blocks, the other nodes, the network's settings. A value.</summary>
internal sealed record NodeNetwork
{
    /// <summary>This node's IPv4 block.</summary>
    public AddressBlock? V4 { get; init; }

    /// <summary>This node's IPv6 block.</summary>
    public AddressBlock? V6 { get; init; }

    /// <summary>The hardware address that the other nodes know.</summary>
    public required PhysicalAddress VtepMac { get; init; }

    /// <summary>This node's underlay addresses, the VTEP's own first.</summary>
    public required ImmutableArray<IPAddress> OwnUnderlay { get; init; }

    /// <summary>The network's settings.</summary>
    public required OverlayNetworkSpec Settings { get; init; }

    /// <summary>The other nodes, sorted by name.</summary>
    public required ImmutableArray<OtherNode> Others { get; init; }

    /// <summary>The underlay addresses of all nodes.</summary>
    public required ImmutableArray<IPAddress> Underlay { get; init; }

    /// <summary>Subnets that were left out, and why.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>The VTEP's own addresses.</summary>
    public IEnumerable<IPAddress> VtepAddresses => new[] { V4, V6 }.OfType<AddressBlock>().Select(b => b.Vtep);

    /// <summary>What shapes the rules.</summary>
    public RuleSettings RuleSettings =>
        new()
        {
            Backend = Settings.Rules.Backend,
            Vtep = VtepDevice.Name,
            PodPrefix = Pods.VethNames.Prefix,
            Port = (ushort)Settings.Port,
            DenyAction = Settings.Policy.DenyAction,
            Masquerade = Settings.Masquerade.Enabled,
            Logging = RuleLogging.Of(Settings.Logging ?? new LoggingSpec()),
        };

    /// <summary>The pools.</summary>
    public ImmutableArray<IPNetwork> Pools => Parse(Settings.Pools.Select(p => p.Cidr));

    /// <summary>The masquerade's exceptions.</summary>
    public ImmutableArray<IPNetwork> MasqueradeExceptions => Parse(Settings.Masquerade.Exceptions);

    /// <summary>Reads the objects; null with the reason while this node can not take part.</summary>
    /// <param name="network">The network; null: there is none.</param>
    /// <param name="subnets">All Subnets.</param>
    /// <param name="nodeName">This node's name.</param>
    /// <param name="nodeUid">This node's UID; null while the node's object is not known: then the name must do.</param>
    public static (NodeNetwork? Network, string? Waiting) Of(
        OverlayNetwork? network,
        IReadOnlyCollection<Subnet> subnets,
        string nodeName,
        string? nodeUid
    )
    {
        if (network is null)
            return (null, "there is no OverlayNetwork \"default\" (install the chart, or apply one)");
        var problems = ImmutableArray.CreateBuilder<string>();
        var blocks = new List<(Subnet Subnet, IPNetwork Cidr, PhysicalAddress Mac, ImmutableArray<IPAddress> Underlay)>();
        foreach (var subnet in subnets.Where(s => s.Status?.Phase != AllocationPhase.Released).Order(SubnetOrder.Seniority))
        {
            if (Read(subnet) is { } block)
                blocks.Add(block);
            else
                problems.Add($"Subnet {subnet.Metadata.Name} can not be read (cidr, vtepMac or underlayAddresses); the operator must mend it");
        }

        var own = blocks.Where(b => Is(b.Subnet, nodeName, nodeUid)).ToArray();
        if (own.Length == 0)
            return (null, $"no Subnet for node {nodeName} yet: is the operator running, and is there room in the pools?");
        var others = blocks.Where(b => !string.Equals(b.Subnet.Spec.NodeName, nodeName, StringComparison.Ordinal)).ToArray();
        return (
            new NodeNetwork
            {
                V4 = Block(own, AddressFamily.InterNetwork),
                V6 = Block(own, AddressFamily.InterNetworkV6),
                VtepMac = own[0].Mac,
                OwnUnderlay = own[0].Underlay,
                Settings = network.Spec,
                Others = Nodes(others),
                Underlay = [.. blocks.SelectMany(b => b.Underlay).Distinct().OrderBy(a => Convert.ToHexString(a.GetAddressBytes()), StringComparer.Ordinal)],
                Problems = problems.ToImmutable(),
            },
            null
        );
    }

    private static AddressBlock? Block(
        IEnumerable<(Subnet, IPNetwork Cidr, PhysicalAddress, ImmutableArray<IPAddress>)> own,
        AddressFamily family
    ) => own.Where(b => b.Cidr.BaseAddress.AddressFamily == family).Select(b => new AddressBlock(b.Cidr)).FirstOrDefault();

    /// <summary>By UID too: while the Subnet of a node's forerunner is not released yet, each keeps the hardware address of its own.</summary>
    private static ImmutableArray<OtherNode> Nodes(IEnumerable<(Subnet Subnet, IPNetwork Cidr, PhysicalAddress Mac, ImmutableArray<IPAddress> Underlay)> blocks) =>
        [
            .. blocks
                .GroupBy(b => (b.Subnet.Spec.NodeName, b.Subnet.Spec.NodeUid))
                .OrderBy(g => g.Key.NodeName, StringComparer.Ordinal)
                .ThenBy(g => g.Key.NodeUid, StringComparer.Ordinal)
                .Select(g => new OtherNode(g.Key.NodeName, g.First().Underlay, g.First().Mac, [.. g.Select(b => new RemoteSubnet(b.Cidr, b.Cidr.BaseAddress))])),
        ];

    private static (Subnet, IPNetwork, PhysicalAddress, ImmutableArray<IPAddress>)? Read(Subnet subnet)
    {
        ImmutableArray<IPAddress> underlay =
        [
            .. subnet.Spec.UnderlayAddresses.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>(),
        ];
        return
            IPNetwork.TryParse(subnet.Spec.Cidr, out var cidr)
            && PhysicalAddress.TryParse(subnet.Spec.VtepMac, out var mac)
            && mac.GetAddressBytes().Length == 6
            && underlay.Length > 0
            ? (subnet, cidr, mac, underlay)
            : null;
    }

    private static bool Is(Subnet subnet, string nodeName, string? nodeUid) =>
        string.Equals(subnet.Spec.NodeName, nodeName, StringComparison.Ordinal)
        && (nodeUid is null || subnet.Spec.NodeUid.Length == 0 || string.Equals(subnet.Spec.NodeUid, nodeUid, StringComparison.Ordinal));

    private static ImmutableArray<IPNetwork> Parse(IEnumerable<string> cidrs) =>
        [.. cidrs.Select(c => IPNetwork.TryParse(c, out var n) ? n : (IPNetwork?)null).OfType<IPNetwork>()];
}
