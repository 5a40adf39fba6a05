using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>Two nodes joined by a veth pair, each with a VXLAN device that carries the mark, and everything written by hand as an agent would.</summary>
internal sealed class TwoNodes : IDisposable
{
    public const string Vtep = "overlay-vtep";

    public static readonly IPAddress[] Inner = [IPAddress.Parse("10.255.1.0"), IPAddress.Parse("10.255.2.0")];
    private static readonly IPAddress[] Outer = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")];
    private static readonly IPNetwork[] Subnets = [IPNetwork.Parse("10.255.1.0/24"), IPNetwork.Parse("10.255.2.0/24")];
    private static readonly PhysicalAddress[] Macs = [PhysicalAddress.Parse("0E-00-00-00-00-01"), PhysicalAddress.Parse("0E-00-00-00-00-02")];

    public TwoNodes(bool groupBasedPolicyAtFirst = true)
    {
        First.Routes.CreateVeth(new VethPair { Name = "underlay", PeerName = "underlay", PeerNamespace = Second.Namespace, Up = true });
        Join(First, own: 0, other: 1, groupBasedPolicyAtFirst);
        Join(Second, own: 1, other: 0, groupBasedPolicy: true);
    }

    public TemporaryNamespace First { get; } = new();

    public TemporaryNamespace Second { get; } = new();

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }

    private static void Join(TemporaryNamespace node, int own, int other, bool groupBasedPolicy)
    {
        var underlay = node.Routes.GetLink("underlay")!.Index;
        node.Routes.SetUp(underlay);
        node.Routes.AddAddress(new InterfaceAddress(underlay, Outer[own], 24));
        var vtep = node.Routes.CreateVxlan(new VxlanDevice
        {
            Name = Vtep,
            Attributes = new VxlanAttributes { Vni = 1, Local = Outer[own], GroupBasedPolicy = groupBasedPolicy },
            MacAddress = Macs[own],
            Mtu = 1450,
            Up = true,
        }).Index;
        node.Routes.Apply(new RouteBatch()
            .AddAddress(new InterfaceAddress(vtep, Inner[own], 32))
            .ReplaceRoute(Route.Through(Subnets[other], Inner[other], vtep, onLink: true) with { Source = Inner[own] })
            .ReplaceNeighbour(new Neighbour(vtep, Inner[other], Macs[other]))
            .ReplaceForwardingEntry(new ForwardingEntry(vtep, Macs[other], Outer[other])));
    }
}
