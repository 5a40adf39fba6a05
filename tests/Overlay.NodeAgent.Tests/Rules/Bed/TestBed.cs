using System.Net;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>
/// Two nodes with two pods each, as network namespaces: A and B on node 1, C and D on node 2; kernel VXLAN with GBP between them, the product's own
/// rules on both. Nothing of it is simulated.
/// </summary>
internal sealed class TestBed : IDisposable
{
    private const int PodMtu = 1430;
    private static readonly IPAddress Gateway4 = IPAddress.Parse("169.254.0.1");
    private static readonly IPAddress Gateway6 = IPAddress.Parse("fe80::1");

    private readonly string prefix = $"ovt-{Guid.NewGuid().ToString("n")[..8]}";
    private readonly List<string> names = [];

    private TestBed(BedBackend backend)
    {
        Backend = backend;
        Node1 = NewNode(1);
        Node2 = NewNode(2);
        Wire(Node1, Node2);
        A = NewPod("a", Node1, 4, new Tag(16));
        B = NewPod("b", Node1, 5, new Tag(33));
        C = NewPod("c", Node2, 4, new Tag((ushort)(IsWide ? 0x4abc : 0x1abc)));
        D = NewPod("d", Node2, 5, IsWide ? Tag.LastWorkload : Tag.LastNarrow);
    }

    public BedBackend Backend { get; }

    /// <summary>Whether its nodes hold all 16 bits of a tag.</summary>
    public bool IsWide => Backend == BedBackend.Nftables;

    public BedNode Node1 { get; }

    public BedNode Node2 { get; }

    public BedPod A { get; }

    public BedPod B { get; }

    public BedPod C { get; }

    public BedPod D { get; }

    public static async Task<TestBed> CreateAsync(Action<TestBed>? before = null, BedBackend backend = BedBackend.Nftables)
    {
        var bed = new TestBed(backend);
        try
        {
            before?.Invoke(bed);
            await bed.ApplyAsync();
            await bed.UntilLocalAsync();
            return bed;
        }
        catch
        {
            bed.Dispose();
            throw;
        }
    }

    /// <summary>Brings what the pods say into force on both nodes.</summary>
    public async Task ApplyAsync()
    {
        await Node1.ApplyAsync();
        await Node2.ApplyAsync();
    }

    private async Task UntilLocalAsync()
    {
        foreach (var node in new[] { Node1, Node2 })
        {
            await node.Inside.UntilLocalAsync(node.UnderlayAddress6, node.VtepAddress6);
            foreach (var pod in node.Pods)
                await pod.Inside.UntilLocalAsync(pod.Address6);
        }
    }

    public BedPod Pod(string name) => new[] { A, B, C, D }.Single(pod => pod.Name == name);

    public void Dispose()
    {
        foreach (var node in new[] { Node1, Node2 })
        {
            node?.Pods.ForEach(pod => pod.Inside.Dispose());
            node?.Dispose();
        }

        names.ForEach(name => NetworkNamespace.Delete(name));
    }

    /// <summary>Wires another pod with the address of one that is gone; rules know of it with the next <see cref="ApplyAsync"/>.</summary>
    public BedPod Inherit(BedPod gone, string name, Tag tag)
    {
        gone.Node.Pods.Remove(gone);
        return NewPod(name, gone.Node, gone.Address4.GetAddressBytes()[3], tag);
    }

    private NetworkNamespace NewNamespace(string name)
    {
        var full = $"{prefix}-{name}";
        names.Add(full);
        var inside = NetworkNamespace.Create(full);
        using var routes = RouteSocket.Open(inside);
        routes.SetUp(routes.GetLink("lo")!.Index);
        return inside;
    }

    private BedNode NewNode(int number)
    {
        var inside = NewNamespace($"n{number}");
        inside.Run(() =>
        {
            Write("/proc/sys/net/ipv4/ip_forward", "1");
            Write("/proc/sys/net/ipv6/conf/all/forwarding", "1");
            return 0;
        });
        return new BedNode(number, inside, $"{prefix}-n{number}", Backend != BedBackend.Mixed ? Backend : number == 1 ? BedBackend.Nftables : BedBackend.Iptables);
    }

    private static void Wire(BedNode first, BedNode second)
    {
        first.Routes.CreateVeth(new VethPair { Name = BedNode.Underlay, PeerName = BedNode.Underlay, PeerNamespace = second.Inside, Mtu = 1500 });
        foreach (var (node, other) in new[] { (first, second), (second, first) })
        {
            var underlay = node.Routes.GetLink(BedNode.Underlay)!.Index;
            node.Routes.SetUp(underlay);
            var vtep = node.Routes.CreateVxlan(new VxlanDevice
            {
                Name = BedNode.Vtep,
                MacAddress = node.VtepMac,
                Mtu = PodMtu,
                Group = InterfaceGroups.Vtep,
                Up = true,
                Attributes = new VxlanAttributes { Vni = 1, Port = 4789, Local = node.UnderlayAddress, Learning = false, GroupBasedPolicy = true },
            }).Index;
            node.Routes.Apply(new RouteBatch()
                .AddAddress(new InterfaceAddress(underlay, node.UnderlayAddress, 24))
                .AddAddress(new InterfaceAddress(underlay, node.UnderlayAddress6, 64) { NoDuplicateDetection = true })
                .AddRoute(Route.DefaultThrough(other.UnderlayAddress, underlay))
                .AddRoute(Route.DefaultThrough(other.UnderlayAddress6, underlay))
                .AddAddress(new InterfaceAddress(vtep, node.VtepAddress4, 32))
                .AddAddress(new InterfaceAddress(vtep, node.VtepAddress6, 128) { NoDuplicateDetection = true })
                .ReplaceNeighbour(new Neighbour(vtep, other.VtepAddress4, other.VtepMac))
                .ReplaceNeighbour(new Neighbour(vtep, other.VtepAddress6, other.VtepMac))
                .ReplaceForwardingEntry(new ForwardingEntry(vtep, other.VtepMac, other.UnderlayAddress))
                .AddRoute(Route.Through(IPNetwork.Parse($"10.255.{other.Number}.0/24"), other.VtepAddress4, vtep, onLink: true) with { Source = node.VtepAddress4 })
                .AddRoute(Route.Through(IPNetwork.Parse($"fd00:255:0:{other.Number}::/64"), other.VtepAddress6, vtep, onLink: true) with { Source = node.VtepAddress6 }));
        }
    }

    private BedPod NewPod(string name, BedNode node, int last, Tag tag)
    {
        var pod = new BedPod(name, node, last, tag, NewNamespace(name), $"{prefix}-{name}");
        node.Routes.CreateVeth(new VethPair
        {
            Name = pod.Veth,
            PeerName = "eth0",
            PeerNamespace = pod.Inside,
            MacAddress = pod.HostMac,
            PeerMacAddress = pod.Mac,
            Mtu = PodMtu,
            NoArp = true,
            Up = true,
        });
        var veth = node.Routes.GetLink(pod.Veth)!.Index;
        using var inner = RouteSocket.Open(pod.Inside);
        var eth0 = inner.GetLink("eth0")!.Index;
        inner.SetUp(eth0);
        inner.Apply(new RouteBatch()
            .AddAddress(new InterfaceAddress(eth0, pod.Address4, 32))
            .AddAddress(new InterfaceAddress(eth0, pod.Address6, 128) { NoDuplicateDetection = true })
            .AddRoute(Route.To(Gateway4, eth0))
            .AddRoute(Route.DefaultThrough(Gateway4, eth0))
            .AddRoute(Route.DefaultThrough(Gateway6, eth0))
            .ReplaceNeighbour(new Neighbour(eth0, Gateway4, pod.HostMac))
            .ReplaceNeighbour(new Neighbour(eth0, Gateway6, pod.HostMac)));
        node.Routes.Apply(new RouteBatch()
            .AddRoute(Route.To(pod.Address4, veth))
            .AddRoute(Route.To(pod.Address6, veth))
            .ReplaceNeighbour(new Neighbour(veth, pod.Address4, pod.Mac))
            .ReplaceNeighbour(new Neighbour(veth, pod.Address6, pod.Mac)));
        node.Pods.Add(pod);
        return pod;
    }

    /// <summary>/proc/sys is the calling thread's namespace: call from within.</summary>
    public static void Write(string path, string value) => File.WriteAllText(path.Replace("/proc/sys", "/proc/thread-self/root/proc/sys", StringComparison.Ordinal), value);
}
