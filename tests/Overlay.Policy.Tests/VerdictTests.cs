using Overlay.Api.Network;
using Overlay.Api.Wire;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>What policies mean, a sentence each, asked of the compiled table.</summary>
public class VerdictTests
{
    private const int EchoRequest = 8 << 8;

    [Fact]
    public void Without_policies_everybody_reaches_everybody()
    {
        var judgement = Shop().Judge();
        judgement.Allows("shop/front", "shop/db").Should().BeTrue();
        judgement.Allows("outside", "shop/db").Should().BeTrue();
        judgement.Allows("shop/db", "outside", port: EchoRequest, protocol: IpProtocol.ICMP).Should().BeTrue();
    }

    [Fact]
    public void With_default_action_Deny_only_what_is_granted_comes_in()
    {
        var world = Shop().Policy("shop/db", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]}");
        world.DefaultAction = DefaultAction.Deny;
        var judgement = world.Judge();
        judgement.Allows("shop/front", "shop/db").Should().BeTrue();
        judgement.Allows("bank/till", "shop/front").Should().BeFalse();
        judgement.Allows("bank/till", "outside").Should().BeTrue("the default action speaks of destinations");
    }

    [Fact]
    public void A_selected_pod_accepts_only_what_a_rule_grants()
    {
        var judgement = Shop()
            .Policy("shop/db", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}")
            .Judge();
        judgement.Allows("shop/front", "shop/db", 5432).Should().BeTrue();
        judgement.Allows("shop/front", "shop/db", 5433).Should().BeFalse();
        judgement.Allows("shop/front", "shop/db", 5432, IpProtocol.UDP).Should().BeFalse();
        judgement.Allows("shop/front", "shop/db", port: EchoRequest, protocol: IpProtocol.ICMP).Should().BeFalse("ICMP needs a rule without ports");
        judgement.Allows("bank/front", "shop/db", 5432).Should().BeFalse("a podSelector alone means the policy's own namespace");
        judgement.Allows("outside", "shop/db", 5432).Should().BeFalse();
        judgement.Allows("shop/db", "shop/front").Should().BeTrue("the policy says nothing of egress");
    }

    [Fact]
    public void A_rule_without_peers_means_anybody_outside_and_unknown_pods_too()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}");
        world.Tags = [];
        var judgement = world.Judge();
        judgement.Sender("bank/till").Tag.Should().Be(Tag.UnknownPod);
        judgement.Allows("bank/till", "shop/db").Should().BeTrue();
        judgement.Allows("outside", "shop/db").Should().BeTrue();
        judgement.Allows("node", "shop/db").Should().BeTrue();
        judgement.Destination("shop/db").Grants.Should().ContainSingle().Which.Source.Should().Be(GrantSource.Anyone);
    }

    [Fact]
    public void The_empty_namespaceSelector_means_any_pod_of_known_tag_and_nobody_else()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}");
        world.Tags = world.PromptTags().Where(tag => tag.Spec.Labels.GetValueOrDefault("app") != "till").ToList();
        var judgement = world.Judge();
        judgement.Allows("bank/front", "shop/db").Should().BeTrue();
        judgement.Allows("bank/till", "shop/db").Should().BeFalse("its tag is not known");
        judgement.Allows("outside", "shop/db").Should().BeFalse();
        judgement.Destination("shop/db").Grants.Should().ContainSingle().Which.Source.Should().Be(GrantSource.AnyPod, "one element, however many workloads");
    }

    [Fact]
    public void A_namespaceSelector_alone_means_all_its_pods()
    {
        var judgement = Shop().Policy("shop/p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: money}}}]}]}").Judge();
        judgement.Allows("bank/till", "shop/db").Should().BeTrue();
        judgement.Allows("shop/front", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void Both_selectors_in_one_peer_must_both_hold()
    {
        var judgement = Shop()
            .Policy("shop/p", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: money}}, podSelector: {matchLabels: {app: front}}}]}]}")
            .Judge();
        judgement.Allows("bank/front", "shop/db").Should().BeTrue();
        judgement.Allows("bank/till", "shop/db").Should().BeFalse();
        judgement.Allows("shop/front", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void An_egress_isolated_pod_reaches_only_what_its_rules_allow_even_where_the_destination_is_open()
    {
        var judgement = Shop()
            .Policy("shop/front", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]}")
            .Judge();
        judgement.Sender("shop/front").EgressIsolated.Should().BeTrue();
        judgement.Destination("shop/db").IsOpen.Should().BeTrue();
        judgement.Allows("shop/front", "shop/db", 5432).Should().BeTrue();
        judgement.Allows("shop/front", "shop/db", 80).Should().BeFalse();
        judgement.Allows("shop/front", "bank/till").Should().BeFalse();
        judgement.Allows("shop/front", "outside", 5432).Should().BeFalse();
        judgement.Allows("bank/till", "shop/db", 80).Should().BeTrue("others are not isolated");
    }

    [Fact]
    public void Source_and_destination_must_both_accept_and_ports_are_intersected()
    {
        var judgement = Shop()
            .Policy("shop/out", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 80, endPort: 90}]}]}")
            .Policy("shop/in", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 85, endPort: 95}]}]}")
            .Judge();
        judgement.Allows("shop/front", "shop/db", 84).Should().BeFalse();
        judgement.Allows("shop/front", "shop/db", 85).Should().BeTrue();
        judgement.Allows("shop/front", "shop/db", 91).Should().BeFalse();
        judgement.Allows("bank/till", "shop/db", 95).Should().BeTrue();
        judgement.Verdict("shop/front", "shop/db", 85).Because.ToString().Should().Be("shop/in ingress[0], shop/out egress[0]");
    }

    [Fact]
    public void A_grant_to_any_pod_or_anyone_is_no_egress_grant()
    {
        var judgement = Shop()
            .Policy("shop/silent", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress]}")
            .Policy("shop/in", "{podSelector: {matchLabels: {app: db}}, ingress: [{}]}")
            .Judge();
        judgement.Allows("shop/front", "shop/db").Should().BeFalse();
        judgement.AllowsUnflagged("shop/front", "shop/db", 80, IpProtocol.TCP).Should().BeFalse("the tag is restricted before its agent flags its packets");
        judgement.Allows("outside", "shop/db").Should().BeTrue();
    }

    [Fact]
    public void An_egress_rule_without_peers_reaches_every_pod_and_leaves_the_overlay()
    {
        var judgement = Shop().Policy("shop/out", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{ports: [{port: 443}]}]}").Judge();
        judgement.Allows("shop/front", "bank/till", 443).Should().BeTrue();
        judgement.Allows("shop/front", "outside", 443).Should().BeTrue();
        judgement.Allows("shop/front", "outside", 80).Should().BeFalse();
        judgement.Verdict("shop/front", "outside", 443).Because.ToString().Should().Be("shop/out egress[0]");
    }

    [Fact]
    public void An_egress_isolated_pod_of_unknown_tag_reaches_nothing_in_the_overlay()
    {
        var world = Shop().Policy("shop/out", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{}]}");
        world.Tags = [];
        var judgement = world.Judge();
        judgement.Allows("shop/front", "shop/db").Should().BeFalse();
        judgement.Allows("shop/front", "outside").Should().BeTrue("what leaves is judged at home, on its labels");
    }

    [Fact]
    public void A_half_known_tag_under_egress_isolation_reaches_nothing_and_its_innocent_pods_everything()
    {
        var world = Shop()
            .Pod("shop/front-canary", "app=front,track=canary")
            .Policy("shop/canary", "{podSelector: {matchLabels: {track: canary}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}");
        world.Tags = [World.Tag(40, "shop", ["app"], Labels.Of("app=front"))];
        var judgement = world.Judge();
        judgement.Sender("shop/front-canary").Tag.Should().Be(judgement.Sender("shop/front").Tag);
        judgement.Allows("shop/front-canary", "shop/db").Should().BeFalse("no grant can be sure to mean it");
        judgement.Allows("shop/front", "shop/db").Should().BeTrue("whether the tag is isolated is unknown, so it is not restricted; the flag tells the two apart");
    }

    [Fact]
    public void A_selector_on_a_key_that_the_tag_does_not_record_grants_nothing_not_even_by_NotIn()
    {
        var world = Shop()
            .Policy("shop/p", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [evil]}]}}]}]}");
        world.Judge().Allows("shop/front", "shop/db").Should().BeTrue();
        world.Tags = [World.Tag(40, "shop", ["app"], Labels.Of("app=front"))];
        world.Judge().Allows("shop/front", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void A_released_tag_is_granted_nothing_by_name()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}");
        world.Tags = world.PromptTags().Select(tag => tag with { Status = new() { Phase = Api.Subnets.AllocationPhase.Released } }).ToList();
        world.Judge().Destination("shop/db").Grants.Should().BeEmpty();
    }

    [Fact]
    public void Policies_add_up()
    {
        var judgement = Shop()
            .Policy("shop/a", "{podSelector: {matchLabels: {app: db}}, ingress: []}")
            .Policy("shop/b", "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]}")
            .Judge();
        judgement.Allows("shop/front", "shop/db").Should().BeTrue();
        judgement.Verdict("shop/front", "shop/db").Because.ToString().Should().Be("shop/b ingress[0]");
    }

    [Theory]
    [InlineData("podSelector: {}", false, true)]
    [InlineData("{podSelector: {}, ingress: []}", false, true)]
    [InlineData("{podSelector: {}, egress: []}", false, true)]
    [InlineData("{podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {no: one}}}]}]}", false, false)]
    [InlineData("{podSelector: {}, policyTypes: []}", false, true)]
    [InlineData("{podSelector: {}, policyTypes: [Egress]}", true, false)]
    [InlineData("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}", false, true)]
    [InlineData("{podSelector: {}, policyTypes: [Egress], ingress: [{}]}", true, false)]
    [InlineData("{podSelector: {}, policyTypes: [Ingress, Egress]}", false, false)]
    public void Directions_default_as_NetworkPolicys_do(string spec, bool comesIn, bool goesOut)
    {
        var judgement = Shop().Policy("shop/p", spec).Judge();
        judgement.Allows("bank/till", "shop/db").Should().Be(comesIn);
        judgement.Allows("shop/db", "bank/till").Should().Be(goesOut);
    }

    [Fact]
    public void Pods_of_equal_labels_in_force_are_one_destination()
    {
        var world = Shop().Pod("shop/front-2", "app=front,pod-hash=77").Pod("shop/front-3", "app=front,tier=web");
        world.Judge().Table.Destinations.Should().HaveCount(5, "nothing asks for tier");
        world.Policy("bank/p", "{podSelector: {}, egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {tier: web}}}]}]}");
        world.Judge().Table.Destinations.Should().HaveCount(6);
        world.Judge().Destination("shop/front-2").Pods.Should().Equal("shop/front", "shop/front-2");
    }

    [Fact]
    public void A_namespace_whose_labels_are_not_known_is_selected_by_the_empty_selector_only()
    {
        var world = Shop()
            .Policy("shop/p", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x]}]}}]}]}");
        world.Namespaces.Remove("bank");
        world.Judge().Allows("bank/till", "shop/db").Should().BeFalse();
        world.Judge().Allows("shop/front", "shop/db").Should().BeTrue();
    }

    [Fact]
    public void A_destination_that_is_none_of_ours_is_denied() =>
        new VerdictTableJudge(VerdictTable.Empty).Judge(new WorkloadKey("x", ""), new Tag(16), false, new JudgedPacket(IpProtocol.TCP, 80)).Allowed.Should().BeFalse();

    [Fact]
    public void Others_mark_bits_do_not_disturb()
    {
        var judgement = Shop().Policy("shop/db", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]}").Judge();
        var mark = judgement.Sender("shop/front").Mark | 0x4000 | 0x1;
        new VerdictTableJudge(judgement.Table).Judge(judgement.Sender("shop/db").Workload, mark, new JudgedPacket(IpProtocol.TCP, 80)).Allowed.Should().BeTrue();
    }

    private static World Shop() =>
        new World()
            .Namespace("shop", "team=sale")
            .Namespace("bank", "team=money")
            .Pod("shop/front", "app=front")
            .Pod("shop/db", "app=db")
            .Pod("bank/till", "app=till")
            .Pod("bank/front", "app=front")
            .Pod("bank/bare");
}
