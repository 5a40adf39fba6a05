using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Cli.Cluster;
using Overlay.Cli.Status;

namespace Overlay.Cli.Tests.Status;

/// <summary>What counts as a problem, and what does not.</summary>
public class StatusAssessmentTests
{
    [Fact]
    public void A_cluster_in_order_has_no_problems()
    {
        var report = StatusAssessment.Of(Lab.InOrder, Lab.Now);
        report.Problems.Should().BeEmpty();
        report.Nodes.Select(n => n.Name).Should().Equal("node-1", "node-2");
        report.Nodes.Should().OnlyContain(n => n.InOrder && n.Agent!.Alive && n.Agent.TagsCurrent == true);
        report.Tags.Should().Be(new TagCounts(2, 0));
        report.Policies.Should().Be(new PolicyCounts(1, 0, 0));
    }

    [Fact]
    public void An_agent_that_does_not_renew_is_silent()
    {
        var problem = Only(Lab.InOrder with { Leases = [Lab.Operator(), Lab.Agent("node-1", "120"), Lab.Agent("node-2", "120", secondsAgo: 312)] });
        problem.On.Should().Be("node node-2");
        problem.What.Should().StartWith("its agent has been silent for 5m12s");
    }

    [Fact]
    public void A_node_without_an_agent_is_told_of() =>
        Only(Lab.InOrder with { Leases = [Lab.Agent("node-1", "120")] }).What.Should().StartWith("no agent has ever reported");

    [Fact]
    public void A_node_without_a_subnet_is_told_of_by_family()
    {
        Only(Lab.InOrder with { Subnets = [Lab.Subnet("node-1", 1)] }).What.Should().Contain("no IPv4 subnet");
        var network = Lab.Network();
        var dual = network with { Spec = network.Spec with { Pools = [.. network.Spec.Pools, new AddressPool("fd00:255::/48", 64)] } };
        Problems(Lab.InOrder with { Networks = [dual] }).Select(p => p.What).Should().HaveCount(2).And.OnlyContain(what => what.Contains("no IPv6 subnet"));
    }

    [Fact]
    public void A_node_re_made_under_its_name_does_not_own_the_old_subnet()
    {
        var reborn = Lab.Node("node-2");
        var problems = Problems(Lab.InOrder with { Nodes = [Lab.Node("node-1"), reborn with { Metadata = reborn.Metadata with { Uid = "another" } }] });
        problems.Select(p => p.On).Should().Equal("node node-2", "subnet 10.255.2.0-24");
    }

    [Fact]
    public void A_subnet_without_an_underlay_address_can_not_be_reached()
    {
        var lost = Lab.Subnet("node-2", 2);
        var problem = Only(Lab.InOrder with { Subnets = [Lab.Subnet("node-1", 1), lost with { Spec = lost.Spec with { UnderlayAddresses = [] } }] });
        problem.What.Should().Contain("no underlay address");
        problem.Do.Should().Contain("InternalIP");
    }

    [Fact]
    public void Tags_not_applied_are_a_problem_once_the_agent_has_had_time_to_tell()
    {
        var behind = Lab.InOrder with { Leases = [Lab.Agent("node-1", "120"), Lab.Agent("node-2", "100")] };
        Only(behind).What.Should().Contain("1 of the WorkloadTags (tag-00017) are not in force");
        var young = behind with { Tags = [Lab.Tag(16, "100"), Lab.Tag(17, "120", TimeSpan.FromSeconds(5))] };
        var report = StatusAssessment.Of(young, Lab.Now);
        report.Problems.Should().BeEmpty();
        report.Nodes[1].Agent!.TagsCurrent.Should().BeFalse();
    }

    [Fact]
    public void A_refused_policy_is_told_with_its_reason()
    {
        var problem = Only(Lab.InOrder with { Policies = [Lab.Policy("cart"), Lab.Policy("bad", "False", "Invalid", "spec.ingress[0]: no.")] });
        problem.On.Should().Be("overlaypolicy shop/bad");
        problem.What.Should().Be("refused (Invalid): spec.ingress[0]: no.");
    }

    [Fact]
    public void What_was_said_of_an_older_generation_says_nothing()
    {
        var report = StatusAssessment.Of(Lab.InOrder with { Policies = [Lab.Policy("cart", observed: 0)] }, Lab.Now);
        report.Policies.Should().Be(new PolicyCounts(0, 0, 1));
        report.Problems.Should().ContainSingle().Which.On.Should().Be("overlaypolicies");
    }

    [Fact]
    public void A_bad_condition_is_told_once_though_Ready_repeats_it()
    {
        var full = Lab.Network("default", new Condition("Ready", "False", "PoolsFull", "Add a pool."), new Condition("PoolsExhausted", "True", "PoolsFull", "Add a pool."));
        var problem = Only(Lab.InOrder with { Networks = [full] });
        problem.What.Should().Be("PoolsExhausted is True (PoolsFull)");
        problem.Do.Should().Be("Add a pool.");
    }

    [Fact]
    public void No_network_and_a_second_one_are_told_of()
    {
        Only(Lab.InOrder with { Networks = [] }).On.Should().Be("overlaynetwork default");
        Only(Lab.InOrder with { Networks = [Lab.Network(), Lab.Network("second")] }).On.Should().Be("overlaynetwork second");
    }

    [Fact]
    public void An_operator_that_is_away_is_a_problem_and_one_without_a_Lease_is_not()
    {
        Only(Lab.InOrder with { Leases = [Lab.Operator(secondsAgo: 60), .. Agents] }).What.Should().Contain("op-1 has not renewed its Lease for 60s");
        Only(Lab.InOrder with { Leases = [Lab.Operator(leader: null), .. Agents] }).What.Should().StartWith("nobody leads");
        Problems(Lab.InOrder with { Leases = [.. Agents] }).Should().BeEmpty();
    }

    private static Kube.Core.Lease[] Agents { get; } = [Lab.Agent("node-1", "120"), Lab.Agent("node-2", "120")];

    private static ImmutableArray<Problem> Problems(ClusterSnapshot cluster) => StatusAssessment.Of(cluster, Lab.Now).Problems;

    [Fact]
    public void Kubernetes_own_policies_count_too_and_one_that_is_not_understood_is_a_problem()
    {
        var good = new NetworkPolicy { Metadata = new ObjectMeta { Name = "good", Namespace = "shop" }, Spec = new NetworkPolicySpec { PodSelector = new LabelSelector() } };
        var bad = good with { Metadata = new ObjectMeta { Name = "bad", Namespace = "shop" }, Unreadable = "spec.podSelector: no object" };
        var report = StatusAssessment.Of(Lab.InOrder with { NetworkPolicies = [good, bad], ClusterPolicies = [new ClusterNetworkPolicy { Metadata = new ObjectMeta { Name = "all" }, Unreadable = "spec: none" }] }, Lab.Now);

        report.Policies.Should().Be(new PolicyCounts(1, 0, 0, 2, 1));
        report.Problems.Select(problem => problem.On).Should().Equal("networkpolicy shop/bad", "clusternetworkpolicy all");
        report.Problems[0].What.Should().Contain("allows nothing").And.Contain("spec.podSelector: no object");
    }

    private static Problem Only(ClusterSnapshot cluster) => Problems(cluster).Should().ContainSingle().Subject;
}
