using System.Collections.Immutable;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Cli.Policies;
using Overlay.Kube.Core;

namespace Overlay.Cli.Tests.Policies;

/// <summary>Where a policy is in force, by the agents' Leases.</summary>
public class PolicySurveyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_policy_is_in_force_where_the_agent_has_applied_its_version()
    {
        var report = Survey(Agent("a", "networkpolicies=20", after: 12), Agent("b", "networkpolicies=15", after: 7), Agent("c", "networkpolicies=14", after: 900)).Of(Policy("15"));
        (report.NodesInForce, report.Nodes, report.AfterMilliseconds).Should().Be((2, 3, 12));
        report.Lagging.Should().Equal("c");
        report.IsInOrder.Should().BeFalse();
    }

    [Fact]
    public void A_silent_agent_says_nothing_any_more()
    {
        var report = Survey(Agent("a", "networkpolicies=20", silent: TimeSpan.FromMinutes(5))).Of(Policy("15"));
        report.NodesInForce.Should().Be(0);
        report.Lagging.Should().Equal("a");
    }

    [Fact]
    public void A_node_whose_agent_has_never_reported_counts_as_lagging() =>
        new PolicySurvey([SubnetOf("a")], [], s_now).Of(Policy("1")).Lagging.Should().Equal("a");

    [Fact]
    public void A_policy_that_can_not_be_compiled_is_not_in_order_though_it_is_in_force()
    {
        var policy = Policy("15") with { Spec = new NetworkPolicySpec { Ingress = [new IngressRule { Ports = [new PolicyPort { Port = 70000 }] }] } };
        var report = Survey(Agent("a", "networkpolicies=20")).Of(policy);
        report.NodesInForce.Should().Be(1);
        report.IsInOrder.Should().BeFalse();
        PoliciesText.Of([report], wide: false).Should().Contain("netpol shop/front can't be compiled, so it allows nothing: spec.ingress[0].ports[0].port \"70000\": a port is 1 to 65535");
    }

    [Fact]
    public void The_table_names_the_nodes_that_lag_when_asked()
    {
        var report = Survey(Agent("a", "networkpolicies=20", after: 12), Agent("b", "networkpolicies=1")).Of(Policy("15"));
        PoliciesText.Of([report], wide: true).Should().Be(
            """
            KIND            NAMESPACE   NAME    GENERATION   ACCEPTED   IN FORCE ON   AFTER   NOT ON
            NetworkPolicy   shop        front   7            yes        1/2 nodes     12 ms   b

            """
        );
    }

    private static PolicySurvey Survey(params (Subnet Subnet, Lease Lease)[] nodes) => new(nodes.Select(node => node.Subnet), nodes.Select(node => node.Lease), s_now);

    private static NetworkPolicy Policy(string version) =>
        new() { Metadata = new ObjectMeta { Namespace = "shop", Name = "front", ResourceVersion = version, Generation = 7 }, Spec = new NetworkPolicySpec() };

    private static (Subnet Subnet, Lease Lease) Agent(string node, string applied, int after = 1, TimeSpan silent = default) =>
        (
            SubnetOf(node),
            new Lease
            {
                Metadata = new ObjectMeta
                {
                    Name = AgentLease.NameOf(node),
                    Annotations = ImmutableSortedDictionary<string, string>.Empty
                        .Add(AgentLease.AppliedPoliciesAnnotation, applied)
                        .Add(AgentLease.AppliedAfterAnnotation, $"{after}"),
                },
                Spec = new LeaseSpec { RenewTime = s_now - silent, LeaseDurationSeconds = AgentLease.DurationSeconds },
            }
        );

    private static Subnet SubnetOf(string node) => new() { Spec = new SubnetSpec { NodeName = node } };
}
