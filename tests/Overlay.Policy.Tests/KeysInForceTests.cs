using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>Which label keys tell workloads apart, and where.</summary>
public class KeysInForceTests
{
    [Fact]
    public void Configured_keys_are_in_force_everywhere() => In(new World { WorkloadLabels = ["b", "a"] }, "anywhere").Should().Equal("a", "b");

    [Fact]
    public void A_policys_own_selector_counts_in_its_namespace_only()
    {
        var world = Shop().Policy("shop/p", "podSelector: {matchLabels: {tier: web}}");
        In(world, "shop").Should().Equal("app", "tier");
        In(world, "bank").Should().Equal("app");
    }

    [Fact]
    public void A_peers_selector_counts_where_its_namespaces_are()
    {
        var world = Shop()
            .Policy(
                "shop/p",
                "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {own: x}}}, {podSelector: {matchLabels: {theirs: x}}, namespaceSelector: {matchLabels: {team: money}}}]}]}"
            );
        In(world, "shop").Should().Equal("app", "own");
        In(world, "bank").Should().Equal("app", "theirs");
        In(world, "idle").Should().Equal("app");
    }

    [Fact]
    public void Egress_peers_count_too()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {theirs: x}}, namespaceSelector: {matchLabels: {team: money}}}]}]}");
        In(world, "bank").Should().Equal("app", "theirs");
    }

    [Fact]
    public void A_peer_in_all_namespaces_counts_everywhere_also_in_those_to_come()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {any: x}}, namespaceSelector: {}}]}]}");
        In(world, "to-come").Should().Equal("any", "app");
    }

    [Fact]
    public void Rules_of_a_direction_that_the_policy_does_not_isolate_do_not_count()
    {
        var world = Shop().Policy("shop/p", "{podSelector: {}, policyTypes: [Ingress], egress: [{to: [{podSelector: {matchLabels: {unused: x}}}]}]}");
        In(world, "shop").Should().Equal("app");
    }

    [Fact]
    public void A_policy_that_cannot_be_compiled_counts_by_what_it_selects()
    {
        var world = Shop()
            .Policy("shop/p", "{podSelector: {matchLabels: {tier: web}}, ingress: [{from: [{podSelector: {matchLabels: {own: x}}}], ports: [{port: 0}]}]}");
        In(world, "shop").Should().Equal("app", "tier");
    }

    [Fact]
    public void The_status_lists_each_key_with_its_namespaces()
    {
        var world = Shop()
            .Policy("shop/p", "podSelector: {matchLabels: {tier: web}}")
            .Policy("bank/p", "podSelector: {matchLabels: {tier: web, app: x}}");
        var status = Keys(world).ToStatus();
        status.Select(key => $"{key.Key}: {string.Join(' ', key.Namespaces ?? [])}").Should().Equal("app: ", "tier: bank shop");
    }

    private static World Shop() => new World { WorkloadLabels = ["app"] }.Namespace("shop", "team=sale").Namespace("bank", "team=money").Namespace("idle");

    private static KeysInForce Keys(World world)
    {
        var inputs = world.Inputs();
        return KeysInForce.Of(inputs.WorkloadLabels, inputs.Policies, inputs.NetworkPolicies, inputs.ClusterPolicies, inputs.Namespaces);
    }

    private static System.Collections.Immutable.ImmutableArray<string> In(World world, string ns) => Keys(world).In(ns);
}
