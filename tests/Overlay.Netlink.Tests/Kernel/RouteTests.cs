using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>Addresses, routes, neighbours and forwarding entries: what is written is what is read.</summary>
public sealed class RouteTests : IDisposable
{
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("EE-EE-0A-FF-02-00");

    private readonly TemporaryNamespace node = new();
    private readonly LinkIndex vtep;

    public RouteTests()
    {
        var attributes = new VxlanAttributes { Vni = 1, Local = IPAddress.Loopback };
        vtep = node.Routes.CreateVxlan(new VxlanDevice { Name = "overlay-vtep", Attributes = attributes, Up = true }).Index;
    }

    [Theory]
    [InlineData("10.255.1.4", 32)]
    [InlineData("fd00:255::4", 128)]
    [InlineData("fd00:255::5", 64)]
    public void An_address_is_added_read_back_and_removed(string text, int prefix)
    {
        var address = new InterfaceAddress(vtep, IPAddress.Parse(text), prefix) { NoDuplicateDetection = text.Contains(':', StringComparison.Ordinal) };
        node.Routes.AddAddress(address);
        node.Routes.Addresses(vtep).Should().Contain(address);
        node.Routes.Addresses(LinkIndex.Loopback).Should().NotContain(address);
        FluentActions.Invoking(() => node.Routes.AddAddress(address)).Should().Throw<NetlinkException>().Which.IsExisting.Should().BeTrue();
        node.Routes.ReplaceAddress(address);

        node.Routes.DeleteAddress(address);
        node.Routes.Addresses(vtep).Should().NotContain(address);
        node.Routes.DeleteAddress(address);
    }

    public static TheoryData<string> RouteNames => [.. Samples(LinkIndex.None).Keys];

    [Theory]
    [MemberData(nameof(RouteNames))]
    public void A_route_is_read_back_equal_to_what_was_written(string name)
    {
        node.Routes.AddAddress(new InterfaceAddress(vtep, IPAddress.Parse("10.255.1.0"), 32));
        node.Routes.AddAddress(new InterfaceAddress(vtep, IPAddress.Parse("fd00:255:1::"), 128) { NoDuplicateDetection = true });
        var route = Samples(vtep)[name];

        node.Routes.AddRoute(route);
        node.Routes.Routes(protocol: RouteProtocol.Overlay, table: null).Should().Equal(route);
        node.Routes.ReplaceRoute(route);
        node.Routes.Routes(protocol: RouteProtocol.Overlay, table: route.Table, link: vtep).Should().Equal(route);

        node.Routes.DeleteRoute(route);
        node.Routes.Routes(protocol: RouteProtocol.Overlay, table: null).Should().BeEmpty();
        node.Routes.DeleteRoute(route);
    }

    [Fact]
    public void A_device_is_left_out_of_a_list()
    {
        var other = node.Routes.CreateVxlan(new VxlanDevice { Name = "other", Attributes = new VxlanAttributes { Vni = 2, Port = 4790, Local = IPAddress.Loopback }, Up = true }).Index;
        foreach (var (link, number) in new[] { (vtep, 2), (other, 3) })
        {
            node.Routes.AddRoute(Route.To(IPNetwork.Parse($"10.255.{number}.0/24"), link));
            node.Routes.AddRoute(Route.To(IPNetwork.Parse($"fd00:255:{number}::/64"), link));
            node.Routes.ReplaceNeighbour(new Neighbour(link, IPAddress.Parse($"10.255.{number}.0"), Mac));
        }

        node.Routes.Routes(protocol: RouteProtocol.Overlay, except: vtep).Select(r => r.Link).Should().Equal(other, other);
        node.Routes.Neighbours(except: vtep).Where(n => n.State == NeighbourState.Permanent).Select(n => n.Link).Should().Equal(other);
    }

    [Fact]
    public void A_replaced_route_leaves_one_behind()
    {
        var destination = IPNetwork.Parse("10.255.2.0/24");
        node.Routes.AddRoute(Route.Through(destination, IPAddress.Parse("10.255.2.0"), vtep, onLink: true));
        node.Routes.ReplaceRoute(Route.Through(destination, IPAddress.Parse("10.255.2.9"), vtep, onLink: true));
        node.Routes.Routes(AddressFamily.InterNetwork, protocol: RouteProtocol.Overlay).Should().ContainSingle().Which.Via.Should().Be(IPAddress.Parse("10.255.2.9"));
    }

    [Theory]
    [InlineData("10.255.2.0")]
    [InlineData("fd00:255:2::")]
    public void A_permanent_neighbour_is_written_changed_and_removed(string text)
    {
        var neighbour = new Neighbour(vtep, IPAddress.Parse(text), Mac);
        node.Routes.ReplaceNeighbour(neighbour with { MacAddress = PhysicalAddress.Parse("02-00-00-00-00-01") });
        node.Routes.ReplaceNeighbour(neighbour);
        node.Routes.Neighbours(vtep).Where(n => n.State == NeighbourState.Permanent).Should().Equal(neighbour);

        node.Routes.DeleteNeighbour(neighbour);
        node.Routes.Neighbours(vtep).Should().NotContain(neighbour);
        node.Routes.DeleteNeighbour(neighbour);
    }

    [Fact]
    public void A_forwarding_entry_is_written_changed_and_removed()
    {
        var entry = new ForwardingEntry(vtep, Mac, IPAddress.Parse("192.0.2.1"));
        node.Routes.ReplaceForwardingEntry(entry with { Remote = IPAddress.Parse("192.0.2.7") });
        node.Routes.ReplaceForwardingEntry(entry);
        node.Routes.ForwardingEntries(vtep).Should().Equal(entry);

        node.Routes.DeleteForwardingEntry(entry);
        node.Routes.ForwardingEntries(vtep).Should().BeEmpty();
        node.Routes.DeleteForwardingEntry(entry);
    }

    public void Dispose() => node.Dispose();

    private static Dictionary<string, Route> Samples(LinkIndex link)
    {
        var via4 = IPAddress.Parse("10.255.2.0");
        var via6 = IPAddress.Parse("fd00:255:2::");
        return new(StringComparer.Ordinal)
        {
            ["/32 on the link"] = Route.To(IPAddress.Parse("10.255.1.4"), link),
            ["/128 on the link"] = Route.To(IPAddress.Parse("fd00:255:1::4"), link),
            ["onlink"] = Route.Through(IPNetwork.Parse("10.255.2.0/24"), via4, link, onLink: true) with { Source = IPAddress.Parse("10.255.1.0") },
            ["onlink, IPv6"] = Route.Through(IPNetwork.Parse("fd00:255:2::/64"), via6, link, onLink: true) with { Source = IPAddress.Parse("fd00:255:1::") },
            ["default"] = Route.DefaultThrough(via4, link, onLink: true),
            ["default, IPv6"] = Route.DefaultThrough(via6, link, onLink: true),
            ["with an MTU, a metric and a table"] = Route.To(IPNetwork.Parse("198.51.100.0/24"), link) with { Mtu = 1300, Metric = 77, Table = 4711 },
            ["with an MTU and a metric, IPv6"] = Route.To(IPNetwork.Parse("2001:db8::/32"), link) with { Mtu = 1300, Metric = 77 },
        };
    }
}
