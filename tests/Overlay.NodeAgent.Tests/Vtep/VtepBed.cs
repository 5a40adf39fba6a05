using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Netlink;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Tests.Vtep;

/// <summary>
/// Two machines as network namespaces on one wire of 1,500 bytes, each with an address of both families; the product's own keeper makes
/// their VTEPs from Subnet objects.
/// </summary>
internal sealed class VtepBed : IDisposable
{
    public const string Wire = "eth0";

    private readonly string prefix = $"ovt-{Guid.NewGuid().ToString("n")[..8]}";

    /// <summary>Makes the machines; nothing of the overlay yet.</summary>
    /// <param name="underlay">The family that both Nodes name first, as an address of machine 1 or 2.</param>
    /// <param name="blocks">The families of each node's blocks.</param>
    public VtepBed(Func<int, IPAddress[]> underlay, params string[] blocks)
    {
        One = new Machine(1, NetworkNamespace.Create($"{prefix}-1"));
        Two = new Machine(2, NetworkNamespace.Create($"{prefix}-2"));
        One.Routes.CreateVeth(new VethPair { Name = Wire, PeerName = Wire, PeerNamespace = Two.Inside, Mtu = 1500 });
        foreach (var machine in new[] { One, Two })
        {
            var wire = machine.Routes.GetLink(Wire)!.Index;
            machine.Routes.SetUp(wire);
            machine.Routes.Apply(new RouteBatch()
                .AddAddress(new InterfaceAddress(wire, V4(machine.Number), 24))
                .AddAddress(new InterfaceAddress(wire, V6(machine.Number), 64) { NoDuplicateDetection = true }));
        }

        Subnets = [.. new[] { 1, 2 }.SelectMany(n => blocks.Select(b => SubnetOf(n, string.Format(CultureInfo.InvariantCulture, b, n), underlay(n))))];
    }

    public Machine One { get; }

    public Machine Two { get; }

    public IReadOnlyList<Subnet> Subnets { get; }

    public static IPAddress V4(int machine) => new([192, 168, 50, (byte)machine]);

    public static IPAddress V6(int machine) => IPAddress.Parse($"fd00:50::{machine}");

    /// <summary>One pass of the keeper on both machines; how many changes it made.</summary>
    public (int One, int Two) Keep(Func<AgentOptions, AgentOptions>? change = null) => (One.Keep(Subnets, change), Two.Keep(Subnets, change));

    public void Dispose()
    {
        One.Dispose();
        Two.Dispose();
        NetworkNamespace.Delete($"{prefix}-1");
        NetworkNamespace.Delete($"{prefix}-2");
    }

    private static Subnet SubnetOf(int node, string cidr, IPAddress[] underlay) => new()
    {
        Metadata = new ObjectMeta { Name = cidr.Replace('/', '-') },
        Spec = new SubnetSpec
        {
            Cidr = cidr,
            NodeName = $"n{node}",
            NodeUid = $"u{node}",
            UnderlayAddresses = [.. underlay.Select(a => a.ToString())],
            VtepAddress = IPNetwork.Parse(cidr).BaseAddress.ToString(),
            VtepMac = $"0e:00:00:00:00:0{node}",
        },
    };

    /// <summary>One machine.</summary>
    internal sealed class Machine(int number, NetworkNamespace inside) : IDisposable
    {
        public int Number => number;

        public NetworkNamespace Inside => inside;

        public RouteSocket Routes { get; } = RouteSocket.Open(inside);

        public Link Vtep => Routes.GetLink(VtepDevice.Name)!;

        public int Keep(IReadOnlyList<Subnet> subnets, Func<AgentOptions, AgentOptions>? change = null) => Pass(subnets, change).Changes;

        public (int Changes, int Mtu, ImmutableArray<string> Unreachable) Pass(IReadOnlyList<Subnet> subnets, Func<AgentOptions, AgentOptions>? change = null)
        {
            var options = new AgentOptions { NodeName = $"n{number}" };
            var keeper = new VtepKeeper(Routes, change?.Invoke(options) ?? options, NullLogger<VtepKeeper>.Instance);
            var network = new OverlayNetwork { Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] } };
            var node = NodeNetwork.Of(network, subnets, options.NodeName, $"u{number}").Network!;
            return inside.Run(() => keeper.Pass(node));    // its settings below /proc/sys are the calling thread's
        }

        public void Dispose()
        {
            Routes.Dispose();
            inside.Dispose();
        }
    }
}
