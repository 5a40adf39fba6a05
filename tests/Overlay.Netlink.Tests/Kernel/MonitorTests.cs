using System.Net;
using System.Net.NetworkInformation;
using Overlay.Netlink.NfTables;

namespace Overlay.Netlink.Tests.Kernel;

public sealed class MonitorTests : IDisposable
{
    private readonly TemporaryNamespace node = new();
    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public MonitorTests() => limit.CancelAfter(TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Every_change_by_anybody_is_told_in_order()
    {
        using var monitor = NetworkMonitor.Open(node.Namespace);
        var attributes = new VxlanAttributes { Vni = 1, Local = IPAddress.Loopback };
        var vtep = node.Routes.CreateVxlan(new VxlanDevice { Name = "overlay-vtep", Attributes = attributes, Up = true }).Index;
        var address = new InterfaceAddress(vtep, IPAddress.Parse("10.255.1.0"), 32);
        var route = Route.To(IPAddress.Parse("10.255.1.4"), vtep);
        var neighbour = new Neighbour(vtep, IPAddress.Parse("10.255.2.0"), PhysicalAddress.Parse("EE-EE-0A-FF-02-00"));
        var entry = new ForwardingEntry(vtep, PhysicalAddress.Parse("EE-EE-0A-FF-02-00"), IPAddress.Parse("192.0.2.1"));
        node.Routes.Apply(new RouteBatch().AddAddress(address).AddRoute(route).ReplaceNeighbour(neighbour).ReplaceForwardingEntry(entry));
        Command.Run(node, "", "ip", "route", "del", "10.255.1.4/32");
        node.Routes.DeleteLink(vtep);

        var seen = new List<NetworkEvent>();
        await foreach (var item in monitor.ReadAsync(limit.Token))
        {
            seen.Add(item);
            if (item is NetworkEvent.OfLink { Removed: true })
            {
                break;
            }
        }

        NetworkEvent[] expected =
        [
            new NetworkEvent.OfAddress(address, Removed: false),
            new NetworkEvent.OfRoute(route, Removed: false),
            new NetworkEvent.OfNeighbour(neighbour, Removed: false),
            new NetworkEvent.OfForwardingEntry(entry, Removed: false),
            new NetworkEvent.OfRoute(route, Removed: true),
        ];
        seen.Where(expected.Contains).Should().Equal(expected);
        seen.OfType<NetworkEvent.OfLink>().Should().Contain(e => e.Link.Name == "overlay-vtep" && e.Link.IsUp && !e.Removed);
    }

    [Fact]
    public async Task Lost_events_are_told_once_and_reading_goes_on()
    {
        using var monitor = NetworkMonitor.Open(node.Namespace, bufferBytes: 4096);
        for (var i = 0; i < 100; i++)
        {
            node.Routes.SetGroup(LinkIndex.Loopback, (uint)i);
        }

        var overruns = 0;
        await foreach (var item in monitor.ReadAsync(limit.Token))
        {
            if (item is NetworkEvent.Overrun)
            {
                overruns++;
                node.Routes.SetGroup(LinkIndex.Loopback, 4711);
            }
            else if (item is NetworkEvent.OfLink { Link.Group: 4711 })
            {
                break;
            }
        }

        overruns.Should().Be(1);
    }

    [Fact]
    public async Task Each_commit_is_told_with_the_process_that_made_it()
    {
        using var watch = GenerationWatch.Open(node.Namespace);
        using var sets = NfTablesSocket.Open(node.Namespace);
        Command.Load(node, "table inet overlay { set open { type devgroup; }; }");
        var table = new TableName(NfFamily.Inet, "overlay");
        var elements = Enumerable.Range(1, 5000).Select(i => new SetElement(new KeyBuilder().DeviceGroup((uint)i).Build()));
        sets.Commit(new NfTablesBatch().AddElements(table, "open", elements));
        Command.Run(node, "", "nft", "flush", "ruleset");

        var seen = await watch.ReadAsync(limit.Token).Take(3).ToListAsync(limit.Token);
        seen.Should().NotContainNulls();
        seen.Select(g => g!.Number).Should().BeInAscendingOrder();
        seen.Select(g => sets.IsOurs(g!)).Should().Equal(false, true, false);
        seen[0]!.ThreadName.Should().Be("nft");
        seen[2]!.ThreadName.Should().Be("nft");
        sets.CurrentGeneration().Number.Should().Be(seen[2]!.Number);
    }

    [Fact]
    public async Task A_cancelled_reader_stops_at_once()
    {
        using var monitor = NetworkMonitor.Open(node.Namespace);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var read = async () => await monitor.ReadAsync(stop.Token).CountAsync(CancellationToken.None);
        await read.Should().ThrowAsync<OperationCanceledException>();
    }

    public void Dispose()
    {
        limit.Dispose();
        node.Dispose();
    }
}
