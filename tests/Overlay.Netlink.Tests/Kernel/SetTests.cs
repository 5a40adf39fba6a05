using System.Net;
using System.Net.NetworkInformation;
using Overlay.Netlink.NfTables;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>For every kind of key: elements that we write are, to the kernel and to nft's eyes, the ones that nft writes.</summary>
public sealed class SetTests : IDisposable
{
    private static readonly TableName Table = new(NfFamily.Inet, "overlay");

    private readonly TemporaryNamespace node = new();
    private readonly NfTablesSocket sets;

    public SetTests() => sets = NfTablesSocket.Open(node.Namespace);

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    private static Dictionary<string, Kind> Kinds { get; } = new(StringComparer.Ordinal)
    {
        ["senders"] = new(
            "map", "type ifname . ether_addr . ipv4_addr : mark;",
            "ovp0123456789a . ee:ee:0a:ff:01:04 . 10.255.1.4 comment \"shop/cart\" : 0x00120800",
            [
                new SetElement(new KeyBuilder().InterfaceName("ovp0123456789a").Ethernet(PhysicalAddress.Parse("EE-EE-0A-FF-01-04")).Address(IPAddress.Parse("10.255.1.4")).Build())
                {
                    Value = new KeyBuilder().Mark(0x0012_0800).Build(),
                    Comment = "shop/cart",
                },
            ]),
        ["senders6"] = new(
            "map", "type ifname . ether_addr . ipv6_addr : mark;",
            "ovp1 . ee:ee:0a:ff:01:04 . fd00:255:1::4 : 0x00120800",
            [
                new SetElement(new KeyBuilder().InterfaceName("ovp1").Ethernet(PhysicalAddress.Parse("EE-EE-0A-FF-01-04")).Address(IPAddress.Parse("fd00:255:1::4")).Build())
                {
                    Value = new KeyBuilder().Mark(0x0012_0800).Build(),
                },
            ]),
        ["grants"] = new(
            "set", "type devgroup . mark . inet_proto . inet_service;",
            "10007 . 0x00120000 . tcp . 8080 comment \"shop/allow-cart rule 1\"",
            [new SetElement(new KeyBuilder().DeviceGroup(10_007).Mark(0x0012_0000).Protocol(6).Port(8080).Build()) { Comment = "shop/allow-cart rule 1" }]),
        ["grants_ranges"] = new(
            "set", "type devgroup . mark . inet_proto . inet_service; flags interval;",
            "10007 . 0x00120000 . tcp . 8000-8999 comment \"a range\", 10007 . 0x00120000 . udp . 53",
            [
                new SetElement(new KeyBuilder(forIntervals: true).DeviceGroup(10_007).Mark(0x0012_0000).Protocol(6).Port(8000).Build())
                {
                    KeyEnd = new KeyBuilder(forIntervals: true).DeviceGroup(10_007).Mark(0x0012_0000).Protocol(6).Port(8999).Build(),
                    Comment = "a range",
                },
                new SetElement(new KeyBuilder(forIntervals: true).DeviceGroup(10_007).Mark(0x0012_0000).Protocol(17).Port(53).Build())
                {
                    KeyEnd = new KeyBuilder(forIntervals: true).DeviceGroup(10_007).Mark(0x0012_0000).Protocol(17).Port(53).Build(),
                },
            ]),
        ["open"] = new("set", "type devgroup;", "10007, 10008", [Single(b => b.DeviceGroup(10_007)), Single(b => b.DeviceGroup(10_008))]),
        ["restricted"] = new("set", "type mark;", "0x00120000 comment \"shop\"", [Single(b => b.Mark(0x0012_0000)) with { Comment = "shop" }]),
        ["ports"] = new("set", "type inet_service;", "80, 443", [Single(b => b.Port(80)), Single(b => b.Port(443))]),
        ["protocols"] = new("set", "type inet_proto;", "tcp", [Single(b => b.Protocol(6))]),
        ["macs"] = new("set", "type ether_addr;", "ee:ee:0a:ff:01:04", [Single(b => b.Ethernet(PhysicalAddress.Parse("EE-EE-0A-FF-01-04")))]),
        ["names"] = new("set", "type ifname;", "\"ovp1\"", [Single(b => b.InterfaceName("ovp1"))]),
        ["pools4"] = new(
            "set", "type ipv4_addr; flags interval;",
            "10.255.0.0/16 comment \"pool\", 192.168.7.0/25, 10.1.2.3",
            [.. Intervals.Of(IPNetwork.Parse("10.255.0.0/16"), "pool"), .. Intervals.Of(IPNetwork.Parse("192.168.7.0/25")), .. Intervals.Of(IPNetwork.Parse("10.1.2.3/32"))]),
        ["ranges of marks"] = new("set", "type mark; flags interval;", "0x10000-0x1ffff",
            [
                new SetElement(new KeyBuilder(forIntervals: true).Mark(0x1_0000).Build()),
                new SetElement(new KeyBuilder(forIntervals: true).Mark(0x2_0000).Build()) { IsIntervalEnd = true },
            ]),
        ["pools6"] = new("set", "type ipv6_addr; flags interval;", "fd00:255::/48", [.. Intervals.Of(IPNetwork.Parse("fd00:255::/48"))]),
    };

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Elements_are_the_same_written_by_us_and_by_nft(string name)
    {
        var kind = Kinds[name];
        Command.Load(node, $$"""
            table inet overlay {
              {{kind.What}} ours { {{kind.Type}} }
              {{kind.What}} theirs { {{kind.Type}} elements = { {{kind.Elements}} } }
            }
            """);

        sets.Commit(new NfTablesBatch().AddElements(Table, "ours", kind.Ours));

        Listed("ours").Should().Be(Listed("theirs"));
        sets.Elements(Table, "ours").Should().BeEquivalentTo(kind.Ours, "what is written is read back");

        // nft marks the beginning of an interval set with an end element at zero; it means nothing.
        sets.Elements(Table, "theirs").Where(e => !(e.IsIntervalEnd && e.Key.Bytes.IndexOfAnyExcept((byte)0) < 0))
            .Should().BeEquivalentTo(kind.Ours, "nft writes the same");

        sets.Commit(new NfTablesBatch().DeleteElements(Table, "ours", kind.Ours));
        sets.Elements(Table, "ours").Should().BeEmpty();
        sets.Commit(new NfTablesBatch().FlushSet(Table, "theirs"));
        sets.Elements(Table, "theirs").Should().BeEmpty();
    }

    [Fact]
    public void A_batch_over_several_sets_is_all_or_nothing()
    {
        Command.Load(node, "table inet overlay { set open { type devgroup; }; set ports { type inet_service; }; }");
        var batch = new NfTablesBatch()
            .AddElements(Table, "open", [Single(b => b.DeviceGroup(10_007))])
            .DeleteElements(Table, "ports", [Single(b => b.Port(80))]);

        var refusal = FluentActions.Invoking(() => sets.Commit(batch)).Should().Throw<NetlinkException>().Which;
        refusal.IsMissing.Should().BeTrue();
        refusal.Message.Should().Contain("delete elements from set ports of table inet overlay");
        sets.Elements(Table, "open").Should().BeEmpty();

        sets.Commit(new NfTablesBatch().AddElements(Table, "ports", [Single(b => b.Port(80))]));
        sets.Commit(batch);
        sets.Elements(Table, "open").Should().HaveCount(1);
        sets.Elements(Table, "ports").Should().BeEmpty();
    }

    [Fact]
    public void A_refusal_names_the_very_element()
    {
        Command.Load(node, "table inet overlay { set open { type devgroup; elements = { 1, 2, 4 }; }; }");
        var batch = new NfTablesBatch().DeleteElements(Table, "open", [Single(b => b.DeviceGroup(1)), Single(b => b.DeviceGroup(2)), Single(b => b.DeviceGroup(3)), Single(b => b.DeviceGroup(4))]);
        FluentActions.Invoking(() => sets.Commit(batch)).Should().Throw<NetlinkException>()
            .Which.Message.Should().MatchRegex($"^Could not delete elements from set open of table inet overlay: {NamedBySome("03000000: ")}No such file or directory \\(ENOENT\\)");
        sets.Elements(Table, "open").Should().HaveCount(3);
    }

    [Fact]
    public void A_value_changes_by_delete_and_add_in_one_batch()
    {
        Command.Load(node, "table inet overlay { map senders { type ipv4_addr : mark; }; }");
        var before = Single(b => b.Address(IPAddress.Parse("10.255.1.4"))) with { Value = new KeyBuilder().Mark(1).Build() };
        var after = before with { Value = new KeyBuilder().Mark(2).Build() };
        sets.Commit(new NfTablesBatch().AddElements(Table, "senders", [before]));

        FluentActions.Invoking(() => sets.Commit(new NfTablesBatch().AddElements(Table, "senders", [after])))
            .Should().Throw<NetlinkException>().Which.IsExisting.Should().BeTrue();
        sets.Commit(new NfTablesBatch().DeleteElements(Table, "senders", [before]).AddElements(Table, "senders", [after]));
        sets.Elements(Table, "senders").Should().Equal(after);
    }

    [Fact]
    public void A_hundred_thousand_elements_go_in_one_batch()
    {
        Command.Load(node, "table inet overlay { set grants { type devgroup . mark . inet_proto . inet_service; }; set open { type devgroup; }; }");
        var elements = Enumerable.Range(0, 100_000)
            .Select(i => new SetElement(new KeyBuilder().DeviceGroup(10_000 + ((uint)i / 1000)).Mark((uint)i << 16).Protocol(6).Port((ushort)(i % 1000)).Build()) { Comment = "shop/allow" })
            .DistinctBy(e => e.Key).ToList();
        sets.Commit(new NfTablesBatch().AddElements(Table, "grants", elements).AddElements(Table, "open", [Single(b => b.DeviceGroup(1))]));

        sets.Elements(Table, "grants").Should().HaveCount(elements.Count);
        sets.Elements(Table, "open").Should().HaveCount(1);
    }

    [Fact]
    public void An_unknown_set_is_named()
    {
        Command.Load(node, "table inet overlay { }");
        FluentActions.Invoking(() => sets.Elements(Table, "nowhere")).Should().Throw<NetlinkException>()
            .Which.Should().Match<NetlinkException>(e => e.IsMissing && e.Message.Contains("elements of nowhere of table inet overlay"));
    }

    [Fact]
    public void An_empty_batch_changes_no_generation()
    {
        Command.Load(node, "table inet overlay { set open { type devgroup; }; }");
        var before = sets.CurrentGeneration().Number;
        sets.Commit(new NfTablesBatch().AddElements(Table, "open", []));
        sets.CurrentGeneration().Number.Should().Be(before);
    }

    public void Dispose()
    {
        sets.Dispose();
        node.Dispose();
    }

    private static SetElement Single(Func<KeyBuilder, KeyBuilder> key) => new(key(new KeyBuilder()).Build());

    /// <summary>What only kernels with b53c11664250 say ("netfilter: nf_tables: set element extended ACK reporting support", Linux 5.19, later in stable series too).</summary>
    private static string NamedBySome(string element) => Environment.OSVersion.Version >= new Version(5, 19) ? element : $"({element})?";

    private string Listed(string set)
    {
        var kind = sets.Sets(Table).Single(s => s.Name == set).Flags.HasFlag(NfSetFlags.Map) ? "map" : "set";
        var text = Command.Run(node, "", "nft", "list", kind, "inet", "overlay", set).Replace(set, "NAME", StringComparison.Ordinal);
        text.Should().Contain("elements = {");
        return string.Join('\n', text.Split('\n').Select(l => l.Trim()).Select(l => string.Join(", ", l.Split(", ").Order(StringComparer.Ordinal))));
    }

    public sealed record Kind(string What, string Type, string Elements, IReadOnlyList<SetElement> Ours);
}
