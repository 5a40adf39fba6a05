using System.Net;
using System.Text.Json;
using Overlay.NodeAgent.Rules.Nftables.Walk;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Tests.Rules.Walk;

/// <summary>Rules as nft lists them, followed by a packet that nobody sends.</summary>
public sealed class WalkTests
{
    private const string Sets = """
        {"set": {"family": "inet", "name": "open", "table": "overlay", "type": "devgroup"}},
        {"set": {"family": "inet", "name": "grants", "table": "overlay", "type": ["devgroup", "mark", "inet_proto", "inet_service"]}},
        {"set": {"family": "inet", "name": "grants_ranges", "table": "overlay", "type": ["devgroup", "mark", "inet_proto", "inet_service"], "flags": ["interval"]}}
        """;

    private static readonly TriedPacket Packet = new()
    {
        From = "overlay-vtep", To = "ovp1", ToGroup = 18, Mark = 0x0011_0800, Protocol = 6, SourcePort = 40000, DestinationPort = 8443,
        Source = IPAddress.Parse("10.255.1.4"), Destination = IPAddress.Parse("10.255.2.7"),
    };

    [Fact]
    public void A_look_up_decides_and_its_element_is_told()
    {
        var result = Walk(LookUp("grants", 0xffff_0000));

        result.Should().BeEquivalentTo(new { Verdict = "accept", Allowed = true, Element = "grants { 18 . 1114112 . 6 . 8443 }" });
        result.Chains.Should().Equal("forward", "yes");
        result.Counters.Should().Equal("allowed");
    }

    [Theory]
    [InlineData(0x0102_0304, 0xffff_0000, "nft 1.0.6")]
    [InlineData(0x0403_0201, 0x0000_ffff, "nft 1.1.3")]
    public void Constants_before_a_look_up_among_intervals_are_read_as_this_nft_lists_them(uint witness, uint listed, string nft) =>
        WalkIn([("listed", LookUp("grants_ranges", witness))], LookUp("grants_ranges", listed)).Element.Should().Be("grants_ranges { 18 . 1114112 . 6 . 8443 }", nft);

    [Fact]
    public void Constants_before_another_look_up_are_never_turned() =>
        WalkIn([("listed", LookUp("grants_ranges", 0x0403_0201))], LookUp("grants", 0xffff_0000)).Element.Should().Be("grants { 18 . 1114112 . 6 . 8443 }");

    [Theory]
    [InlineData("\"devgroup\"", "devgroup")]
    [InlineData("""["devgroup", "mark"]""", "devgroup", "mark")]
    [InlineData("""{"typeof": {"meta": {"key": "iifgroup"}}}""", "devgroup")]
    [InlineData("""{"typeof": {"payload": {"protocol": "icmpv6", "field": "type"}}}""", "icmpv6_type")]
    [InlineData("""{"typeof": {"concat": [{"meta": {"key": "iifname"}}, {"payload": {"protocol": "ether", "field": "saddr"}}, {"payload": {"protocol": "ip", "field": "saddr"}}]}}""", "ifname", "ether_addr", "ipv4_addr")]
    public void A_set_has_the_types_that_any_nft_lists(string type, params string[] types) =>
        ListedSet.Of(JsonDocument.Parse($$"""{"name": "some", "type": {{type}}}""").RootElement).Types.Should().Equal(types);

    [Fact]
    public void What_was_not_found_is_told_too()
    {
        var result = Walk("""[{"match": {"op": "==", "left": {"meta": {"key": "oifgroup"}}, "right": "@open"}}, {"accept": null}]""", """[{"drop": null}]""");

        (result.Verdict, result.Element).Should().Be(("drop", null));
        result.Tried.Should().Equal("open { 18 }");
    }

    [Fact]
    public void A_rule_that_only_tells_decides_nothing()
    {
        var result = Walk(
            """[{"match": {"op": "==", "left": {"meta": {"key": "oifgroup"}}, "right": "@open"}}, {"accept": null}]""",
            """[{"match": {"op": "==", "left": {"meta": {"key": "iifgroup"}}, "right": "@open"}}, {"limit": {"rate": 5, "per": "second"}}, {"log": {"group": 4}}]""",
            """[{"drop": null}]""");

        result.Tried.Should().Equal("open { 18 }");
    }

    [Theory]
    [InlineData("""{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "overlay-vtep"}}""", true)]
    [InlineData("""{"match": {"op": "==", "left": {"meta": {"key": "oifname"}}, "right": "ovp*"}}""", true)]
    [InlineData("""{"match": {"op": "!=", "left": {"meta": {"key": "oifname"}}, "right": "ovp*"}}""", false)]
    [InlineData("""{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}}""", true)]
    [InlineData("""{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "udp"}}""", false)]
    [InlineData("""{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "related"}}""", false)]
    [InlineData("""{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "new"]}}""", true)]
    [InlineData("""{"match": {"op": "==", "left": {"ct": {"key": "direction"}}, "right": "reply"}}""", false)]
    [InlineData("""{"match": {"op": "==", "left": {"&": [{"ct": {"key": "mark"}}, 256]}, "right": 256}}""", false)]
    [InlineData("""{"match": {"op": ">=", "left": {"meta": {"key": "mark"}}, "right": 1048576}}""", true)]
    [InlineData("""{"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}}, "right": 8443}}""", false)]
    [InlineData("""{"match": {"op": "==", "left": {"payload": {"protocol": "ip6", "field": "saddr"}}, "right": "@grants"}}""", false)]
    [InlineData("""{"match": {"op": "!=", "left": {"meta": {"key": "oifgroup"}}, "right": "@open"}}""", true)]
    public void Matches(string match, bool holds) => Walk($$"""[{{match}}, {"drop": null}]""").Verdict.Should().Be(holds ? "drop" : "accept");

    [Fact]
    public void A_jump_comes_back_a_goto_does_not()
    {
        var jumped = Walk("""[{"jump": {"target": "back"}}]""", """[{"drop": null}]""");
        var gone = Walk("""[{"goto": {"target": "back"}}]""", """[{"drop": null}]""");

        (jumped.Verdict, gone.Verdict).Should().Be(("drop", "accept"));
    }

    [Fact]
    public void A_changed_mark_is_what_later_rules_see() =>
        Walk(
            """[{"mangle": {"key": {"meta": {"key": "mark"}}, "value": {"&": [{"meta": {"key": "mark"}}, 61695]}}}]""",
            """[{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 0}}, {"drop": null}]""").Verdict.Should().Be("drop");

    [Theory]
    [InlineData("""{"match": {"op": "==", "left": {"fib": {"result": "type", "flags": ["daddr"]}}, "right": "local"}}""")]
    [InlineData("""{"match": {"op": "==", "left": {"meta": {"key": "skuid"}}, "right": 0}}""")]
    [InlineData("""{"vmap": {"key": {"meta": {"key": "l4proto"}}, "data": "@verdicts"}}""")]
    public void What_is_not_understood_gives_no_answer_rather_than_a_wrong_one(string statement) =>
        FluentActions.Invoking(() => Walk($$"""[{{statement}}, {"accept": null}]""")).Should().Throw<WalkException>();

    private static string LookUp(string set, uint mask) =>
        $$$"""[{"match": {"op": "==", "left": {"concat": [{"meta": {"key": "oifgroup"}}, {"&": [{"meta": {"key": "mark"}}, {{{mask}}}]}, {"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}, "right": "@{{{set}}}"}}, {"goto": {"target": "yes"}}]""";

    private static WalkResult Walk(params string[] rules) => WalkIn([], rules);

    private static WalkResult WalkIn((string Chain, string Rule)[] others, params string[] rules)
    {
        var listed = string.Concat(rules.Select(rule => ", " + Rule("forward", rule)));
        string[] rest = [.. others.Select(o => Rule(o.Chain, o.Rule)), Rule("yes", """[{"counter": "allowed"}]"""), Rule("yes", """[{"accept": null}]"""), Rule("back", """[{"return": null}]""")];
        var chains = string.Join(", ", new[] { "forward", "yes", "back" }.Concat(others.Select(o => o.Chain)).Select(name => "{\"chain\": {\"name\": \"" + name + "\"}}"));
        var json = "{\"nftables\": [{\"metainfo\": {}}, " + Sets + ", " + chains + listed + ", " + string.Join(", ", rest) + "]}";
        return new RulesWalk(ListedTable.Parse(json), new OneGrant(), Packet).From("forward");
    }

    private static string Rule(string chain, string statements) => "{\"rule\": {\"chain\": \"" + chain + "\", \"expr\": " + statements + "}}";

    /// <summary>The sets of grants have every key, the set of the open none.</summary>
    private sealed class OneGrant : ISetLookup
    {
        public (string Key, string? Element) Find(string name, ListedSet set, IReadOnlyList<object> key)
        {
            var text = string.Join(" . ", key);
            return (text, name.StartsWith("grants", StringComparison.Ordinal) ? text : null);
        }
    }
}
