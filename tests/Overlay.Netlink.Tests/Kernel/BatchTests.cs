using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Overlay.Netlink.Tests.Kernel;

public sealed class BatchTests : IDisposable
{
    private readonly TemporaryNamespace node = new();
    private readonly LinkIndex vtep;

    public BatchTests()
    {
        var attributes = new VxlanAttributes { Vni = 1, Local = IPAddress.Loopback };
        vtep = node.Routes.CreateVxlan(new VxlanDevice { Name = "overlay-vtep", Attributes = attributes, Up = true }).Index;
    }

    [Fact]
    public void Two_thousand_peers_go_in_one_batch_and_are_all_there()
    {
        var peers = Enumerable.Range(0, 2000).Select(i => (
            Subnet: new IPNetwork(new IPAddress([10, (byte)(i >> 8), (byte)i, 0]), 24),
            Gateway: new IPAddress([10, (byte)(i >> 8), (byte)i, 0]),
            Mac: new PhysicalAddress([0x0e, 0, 0, 0, (byte)(i >> 8), (byte)i]),
            Underlay: new IPAddress([192, 168, (byte)(i >> 8), (byte)i]))).ToList();
        var batch = new RouteBatch();
        foreach (var peer in peers)
        {
            batch.ReplaceRoute(Route.Through(peer.Subnet, peer.Gateway, vtep, onLink: true))
                .ReplaceNeighbour(new Neighbour(vtep, peer.Gateway, peer.Mac))
                .ReplaceForwardingEntry(new ForwardingEntry(vtep, peer.Mac, peer.Underlay));
        }

        node.Routes.Apply(batch);

        node.Routes.Routes(AddressFamily.InterNetwork, protocol: RouteProtocol.Overlay).Select(r => r.Destination).Should().BeEquivalentTo(peers.Select(p => p.Subnet));
        node.Routes.Neighbours(vtep, AddressFamily.InterNetwork).Should().HaveCount(peers.Count);
        node.Routes.ForwardingEntries(vtep).Should().HaveCount(peers.Count);

        node.Routes.Apply(batch);
        node.Routes.Routes(AddressFamily.InterNetwork, protocol: RouteProtocol.Overlay).Should().HaveCount(peers.Count, "a batch can be sent again");
    }

    [Fact]
    public void One_refusal_does_not_stop_the_others_and_each_names_its_object()
    {
        var good = new InterfaceAddress(vtep, IPAddress.Parse("10.255.1.0"), 32);
        var batch = new RouteBatch()
            .AddAddress(new InterfaceAddress(new LinkIndex(4711), IPAddress.Parse("10.255.9.9"), 32))
            .AddAddress(good)
            .AddAddress(good)
            .DeleteLink(new LinkIndex(4711));

        var failures = node.Routes.TryApply(batch);
        failures.Select(f => (f.Errno, f.Target.ToString())).Should().Equal((Errno.ENODEV, "10.255.9.9/32 dev if4711"), (Errno.EEXIST, good.ToString()));
        node.Routes.Addresses(vtep, AddressFamily.InterNetwork).Should().Equal(good);

        var thrown = FluentActions.Invoking(() => node.Routes.Apply(batch)).Should().Throw<NetlinkException>().Which;
        thrown.Failures.Should().HaveCount(3);
        thrown.Message.Should().StartWith("Could not add address 10.255.9.9/32 dev if4711").And.EndWith("(and 2 more of the batch failed)");
    }

    [Fact]
    public void The_kernels_own_words_reach_the_reader()
    {
        var route = Route.Through(IPNetwork.Parse("10.255.2.0/24"), IPAddress.Parse("203.0.113.1"), vtep);
        FluentActions.Invoking(() => node.Routes.AddRoute(route)).Should().Throw<NetlinkException>()
            .WithMessage("Could not add route 10.255.2.0/24 via 203.0.113.1 dev if*(ENETUNREACH); the kernel says: Nexthop has invalid gateway*");
    }

    [Fact]
    public async Task Threads_may_share_a_socket()
    {
        await Task.WhenAll(Enumerable.Range(1, 50).Select(i => Task.Run(() =>
        {
            var address = new InterfaceAddress(vtep, new IPAddress([10, 255, 1, (byte)i]), 32);
            node.Routes.AddAddress(address);
            node.Routes.Addresses(vtep).Should().Contain(address);
            node.Routes.GetLink("nowhere").Should().BeNull();
        })));
        node.Routes.Addresses(vtep, AddressFamily.InterNetwork).Should().HaveCount(50);
    }

    public void Dispose() => node.Dispose();
}
