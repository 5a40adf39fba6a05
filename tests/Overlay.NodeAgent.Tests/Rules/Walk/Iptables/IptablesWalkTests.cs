using System.Net;
using Overlay.Netlink.IpSets;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Iptables.Walk;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Tests.Rules.Walk.Iptables;

/// <summary>Rules as iptables-save prints them, followed by a packet that nobody sends.</summary>
public sealed class IptablesWalkTests
{
    private static readonly TriedPacket Packet = new()
    {
        From = "overlay-vtep", To = "ovp1", ToGroup = 0x2711, Mark = 0x12, Protocol = 6, SourcePort = 40000, DestinationPort = 8443,
        Source = IPAddress.Parse("10.255.1.4"), Destination = IPAddress.Parse("10.255.2.7"),
    };

    private static readonly WantedSets Sets = new(new Dictionary<string, IpSet>
    {
        ["overlay-a1"] = new("overlay-a1", "", [new IpSetElement(IPNetwork.Parse("10.0.0.0/8")), new IpSetElement(IPNetwork.Parse("10.255.1.0/24"))]),
        ["overlay-pods4"] = new("overlay-pods4", "", [IpSetElement.Of(IPAddress.Parse("10.255.1.4"), "ovp2", 0x400010_007f1fff, "shop/a")]),
    });

    /// <summary>Step by step as the product's rules have it, much shortened; as iptables-save -c prints it.</summary>
    private const string Judged = """
        *mangle
        :FORWARD ACCEPT [0:0]
        :OVERLAY-ALLOWED - [0:0]
        :OVERLAY-DENIED - [0:0]
        :OVERLAY-DENY - [0:0]
        :OVERLAY-FORWARD - [0:0]
        :OVERLAY-IN10001 - [0:0]
        [9:540] -A FORWARD -j OVERLAY-FORWARD
        [9:540] -A OVERLAY-FORWARD -m devgroup --dst-group 0x2711 -g OVERLAY-IN10001
        [1:60] -A OVERLAY-IN10001 -p udp -m udp --dport 53 -m comment --comment "shop/dns ingress[0]" -g OVERLAY-ALLOWED
        [5:300] -A OVERLAY-IN10001 -p tcp -m mark --mark 0x12/0x1fff -m tcp --dport 8443 -m comment --comment "shop/cart\'s ingress[0]" -g OVERLAY-ALLOWED
        [4:240] -A OVERLAY-IN10001 -g OVERLAY-DENIED
        [5:300] -A OVERLAY-ALLOWED -m comment --comment "allowed: the connection remembers its client"
        [4:240] -A OVERLAY-DENIED -m comment --comment "denied: to a pod here"
        [4:240] -A OVERLAY-DENIED -g OVERLAY-DENY
        [4:240] -A OVERLAY-DENY -j DROP
        COMMIT
        """;

    [Fact]
    public void The_rule_that_leads_to_the_verdict_is_told_with_its_policy_and_counters()
    {
        var result = Walk(Judged);

        (result.Verdict, result.Element).Should().Be(("accept", null));
        result.Rule.Should().Be(new DecidingRule(
            "rule 2 of mangle OVERLAY-IN10001", """-p tcp -m mark --mark 0x12/0x1fff -m tcp --dport 8443 -m comment --comment "shop/cart\'s ingress[0]" -g OVERLAY-ALLOWED""", "shop/cart's ingress[0]", 5, 300));
        result.Chains.Should().Equal("mangle FORWARD", "OVERLAY-FORWARD", "OVERLAY-IN10001", "OVERLAY-ALLOWED");
        result.Counters.Should().Equal("allowed");
        result.Tried.Should().BeEmpty();
    }

    [Fact]
    public void Of_a_denied_packet_the_end_of_the_list_is_told_and_what_was_tried()
    {
        var result = Walk(Judged, Packet with { Mark = 0x11 });

        (result.Verdict, result.Rule!.Place, result.Rule.Text, result.Rule.Packets).Should().Be(("drop", "rule 3 of mangle OVERLAY-IN10001", "-g OVERLAY-DENIED", 4));
        result.Tried.Should().HaveCount(2).And.Contain(tried => tried.Contains("8443"));
        result.Counters.Should().Equal("denied");
    }

    [Theory]
    [InlineData("OVERLAY-DENIED", "-p tcp -m tcp --dport 8443 -j ACCEPT", 0x11, "accept")]
    [InlineData("OVERLAY-IN10001", "-s 10.255.1.4/32 -j ACCEPT", 0x11, "accept")]
    [InlineData("OVERLAY-IN10001", "-s 10.255.1.4/32 -j RETURN", 0x11, "accept")]
    [InlineData("OVERLAY-FORWARD", "-i overlay-vtep -j DROP", 0x12, "drop")]
    [InlineData("OVERLAY-ALLOWED", "-j DROP", 0x12, "drop")]
    [InlineData("FORWARD", "-d 10.255.0.0/16 -j DROP", 0x12, "drop")]
    public void A_rule_that_somebody_put_before_ours_is_told(string chain, string rule, uint mark, string verdict)
    {
        var first = Judged.Split('\n').First(line => line.Contains($"-A {chain} ", StringComparison.Ordinal));

        var result = Walk(Judged.Replace(first, $"[7:420] -A {chain} {rule}\n{first}", StringComparison.Ordinal), Packet with { Mark = mark });

        (result.Verdict, result.Rule).Should().Be((verdict, new DecidingRule($"rule 1 of mangle {chain}", rule, null, 7, 420)));
    }

    [Fact]
    public void Others_rules_after_ours_are_theirs() =>
        Walk(Judged.Replace("COMMIT", "[0:0] -A FORWARD -m cluster --cluster-total-nodes 2 -j DROP\nCOMMIT", StringComparison.Ordinal)).Verdict.Should().Be("accept");

    [Theory]
    [InlineData("-g OVERLAY-DENIED", "the end of mangle OVERLAY-IN10001", "a chain that does not end in a refusal lets through")]
    [InlineData("-j DROP", "the end of mangle OVERLAY-DENY", "a refusal that was taken out lets through")]
    [InlineData("-j OVERLAY-FORWARD", "mangle FORWARD", "without the jump nothing is judged")]
    public void A_rule_that_somebody_took_out_is_missed(string gone, string place, string because)
    {
        var result = Walk(string.Join('\n', Judged.Split('\n').Where(line => !line.EndsWith(gone, StringComparison.Ordinal))), Packet with { Mark = 0x11 });

        (result.Verdict, result.Rule!.Place).Should().Be(("accept", place), because);
    }

    [Theory]
    [InlineData("-p tcp", true)]
    [InlineData("-p 6", true)]
    [InlineData("! -p tcp", false)]
    [InlineData("-p udp", false)]
    [InlineData("-s 10.255.1.0/24", true)]
    [InlineData("! -s 10.255.1.4", false)]
    [InlineData("-d 10.255.2.7/32 -i overlay-vtep -o ovp+", true)]
    [InlineData("! -o ovp+", false)]
    [InlineData("-i ovp+", false)]
    [InlineData("-m mark --mark 0x12/0x1fff", true)]
    [InlineData("-m mark ! --mark 0x0/0x1ff0", true)]
    [InlineData("-m connmark --mark 0x100/0x100", false)]
    [InlineData("-m connmark ! --mark 0x100/0x100", true)]
    [InlineData("-p tcp -m tcp --dport 8400:8500", true)]
    [InlineData("-p tcp -m tcp --sport 8443", false)]
    [InlineData("-p udp -m udp --dport 8443", false)]
    [InlineData("-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", true)]
    [InlineData("-p tcp -m tcp --tcp-flags RST RST", false)]
    [InlineData("-p icmp -m icmp --icmp-type 8", false)]
    [InlineData("-m conntrack --ctstate NEW,RELATED", true)]
    [InlineData("-m conntrack --ctstate INVALID,UNTRACKED", false)]
    [InlineData("-m conntrack --ctdir REPLY", false)]
    [InlineData("-m conntrack --ctdir ORIGINAL", true)]
    [InlineData("-m conntrack --ctstatus CONFIRMED", false)]
    [InlineData("-p tcp -m conntrack --ctrepldstport 4789", false)]
    [InlineData("-p tcp -m conntrack --ctrepldstport 40000", true)]
    [InlineData("-m state --state NEW", true)]
    [InlineData("-m devgroup --dst-group 0x1/0xf", true)]
    [InlineData("-m devgroup --src-group 0x2711", false)]
    [InlineData("-m set --match-set overlay-a1 src", true)]
    [InlineData("-m set ! --match-set overlay-a1 dst", false)]
    [InlineData("-m set --match-set overlay-pods4 src,src", false)]
    [InlineData("-p tcp -m addrtype ! --src-type LOCAL", true)]
    [InlineData("-m addrtype --dst-type LOCAL", false)]
    [InlineData("-m comment --comment \"-j ACCEPT \\\" ! -p udp\"", true)]
    [InlineData("-m comment --comment -p", true)]
    [InlineData("-p udp -m nobodyknows --this 1", false)]
    public void Matches(string match, bool holds) => Walk(InForward($"{match} -j DROP")).Verdict.Should().Be(holds ? "drop" : "accept");

    [Theory]
    [InlineData("-p icmp -m icmp --icmp-type 8", true)]
    [InlineData("-p icmp -m icmp --icmp-type 8/1", true)]
    [InlineData("-p icmp -m icmp --icmp-type 8/0", false)]
    [InlineData("-p icmp -m icmp --icmp-type any", true)]
    [InlineData("-p ipv6-icmp -m icmp6 --icmpv6-type 8", false)]
    public void Types_of_ICMP(string match, bool holds) =>
        Walk(InForward($"{match} -j DROP"), Packet with { Protocol = 1, SourcePort = 0x0801 }).Verdict.Should().Be(holds ? "drop" : "accept");

    [Theory]
    [InlineData("-m owner --uid-owner 0 -j ACCEPT")]
    [InlineData("-p tcp -m multiport --dports 80,8443 -j ACCEPT")]
    [InlineData("-m limit --limit 5/sec -j ACCEPT")]
    [InlineData("-m rpfilter -j ACCEPT")]
    [InlineData("-m conntrack --ctproto 6 -j ACCEPT")]
    [InlineData("-m set --match-set theirs src -j ACCEPT")]
    [InlineData("-m set --match-set overlay-a1 src,dst -j ACCEPT")]
    [InlineData("-m addrtype --dst-type MULTICAST -j ACCEPT")]
    [InlineData("-m u32 --u32 0x0 -j MARK --set-xmark 0x1/0x1")]
    [InlineData("-j NFQUEUE --queue-num 0")]
    [InlineData("-j MARK --or-mark 0x1")]
    [InlineData("-j SET --map-set theirs src --map-mark")]
    public void What_is_not_understood_gives_no_answer_rather_than_a_wrong_one(string rule) =>
        FluentActions.Invoking(() => Walk(InForward(rule))).Should().Throw<WalkException>().WithMessage($"*{rule}*");

    [Theory]
    [InlineData("-m hashlimit --hashlimit-upto 5/sec --hashlimit-name x -j NFLOG --nflog-prefix \"a b\" --nflog-group 4")]
    [InlineData("-m limit --limit 5/sec")]
    [InlineData("-m u32 --u32 0x0 -j SET --add-set overlay-asked4 dst,dst --exist")]
    public void What_decides_nothing_need_not_be_understood(string rule) => Walk(InForward(rule)).Verdict.Should().Be("accept");

    [Fact]
    public void A_jump_comes_back_a_goto_does_not_and_a_return_ends_a_chain()
    {
        string Text(string lead) => InForward($"{lead} OVERLAY-X", "-j DROP") + "\n:OVERLAY-X - [0:0]\n[0:0] -A OVERLAY-X -j RETURN\n[0:0] -A OVERLAY-X -j DROP";

        (Walk(Text("-j")).Verdict, Walk(Text("-g")).Verdict).Should().Be(("drop", "accept"));
    }

    [Theory]
    [InlineData("-j MARK --set-xmark 0x5/0xf", 0x15)]
    [InlineData("-j MARK --set-xmark 0x5/0xffffffff", 0x5)]
    [InlineData("-j CONNMARK --set-xmark 0x500/0x500|-j CONNMARK --restore-mark --nfmask 0xffff --ctmask 0xffff", 0x500)]
    [InlineData("-j CONNMARK --save-mark --nfmask 0x1fff --ctmask 0xffff0000 --left-shift-mark 16|-j MARK --set-xmark 0x0/0xffffffff|-j CONNMARK --restore-mark --nfmask 0x1fff --ctmask 0xffff0000 --right-shift-mark 16", 0x12)]
    [InlineData("-j SET --map-set overlay-pods4 src,dst --map-mark", 0x12)]
    public void A_changed_mark_is_what_later_rules_see(string rules, uint mark) =>
        Walk(InForward([.. rules.Split('|'), $"-m mark --mark 0x{mark:x} -j DROP"])).Verdict.Should().Be("drop");

    [Fact]
    public void A_pod_s_packet_gets_the_mark_of_its_element()
    {
        var packet = Packet with { From = "ovp2", Mark = 0x800000 };

        Walk(InForward("-j SET --map-set overlay-pods4 src,src --map-mark", "-m mark --mark 0xc00010 -j DROP"), packet).Verdict.Should().Be("drop", "others' bits stay");
    }

    [Fact]
    public void A_set_that_decides_is_told_with_the_element() =>
        Walk(InForward("-m set --match-set overlay-a1 src -j DROP")).Element.Should().Be("overlay-a1 { 10.255.1.0/24 }", "the longest one decides");

    [Fact]
    public void What_is_denied_in_mangle_is_rejected_in_filter_and_dropped_where_somebody_accepted_it_before()
    {
        var denied = InForward("-j MARK --set-xmark 0x370000/0x370000") + "\n[0:0] -A POSTROUTING -j OVERLAY-POSTROUTING\n:OVERLAY-POSTROUTING - [0:0]\n[0:0] -A OVERLAY-POSTROUTING -m mark --mark 0x370000/0x370000 -j DROP";
        const string filter = "\n*filter\n:OVERLAY-FORWARD - [0:0]\n{0}[0:0] -A FORWARD -j OVERLAY-FORWARD\n[0:0] -A OVERLAY-FORWARD -m mark --mark 0x370000/0x370000 -j REJECT --reject-with icmp-admin-prohibited";

        Walk(denied + filter.Replace("{0}", "", StringComparison.Ordinal)).Verdict.Should().Be("reject");
        Walk(denied + filter.Replace("{0}", "[0:0] -A FORWARD -j ACCEPT\n", StringComparison.Ordinal)).Verdict.Should().Be("drop");
    }

    private static string InForward(params string[] rules) =>
        "*mangle\n:OVERLAY-FORWARD - [0:0]\n[0:0] -A FORWARD -j OVERLAY-FORWARD\n" + string.Join('\n', rules.Select(rule => $"[0:0] -A OVERLAY-FORWARD {rule}"));

    private static WalkResult Walk(string saved, TriedPacket? packet = null) => new IptablesWalk(SavedRules.Parse([saved]), Sets, packet ?? Packet).Walk();
}
