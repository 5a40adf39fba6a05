using System.Collections.Immutable;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.Operator.Agents;
using Overlay.Operator.Policies;

namespace Overlay.Operator.Tests.Policies;

/// <summary>How far a policy has spread, told in its status by two writes a generation.</summary>
public class SpreadTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_generation_keeps_the_version_that_brought_it_in()
    {
        var first = Told(Policy("100"), Agents("a:90", "b:90"));
        (first.ResourceVersion, first.Nodes, first.AfterMilliseconds).Should().Be(("100", "0/2", null));
        var later = Told(Policy("101", first), Agents("a:100", "b:90"));
        later.Should().Be(first, "some nodes are no reason to write");
        var last = Told(Policy("101", first), Agents("a:100", "b:101"));
        (last.ResourceVersion, last.Nodes, last.AfterMilliseconds).Should().Be(("100", "2/2", 12));
    }

    [Fact]
    public void The_next_generation_begins_anew()
    {
        var known = new PolicyInForce { Generation = 1, ResourceVersion = "50", Since = s_now, Nodes = "2/2", AfterMilliseconds = 3 };
        var next = Told(Policy("100", known), Agents("a:90", "b:90"));
        (next.Generation, next.ResourceVersion, next.Nodes).Should().Be((2, "100", "0/2"));
    }

    [Fact]
    public void What_is_in_force_everywhere_is_left_alone()
    {
        var known = new PolicyInForce { Generation = 2, ResourceVersion = "100", Since = s_now, Nodes = "2/2", AfterMilliseconds = 3 };
        Told(Policy("101", known), Agents("a:200", "b:200")).Should().Be(known);
        Told(Policy("101", known), Agents("a:200", "b:")).Should().Be(known);
        Spread.LookAgain(Policy("101", known), s_now).Should().BeNull();
    }

    [Fact]
    public void A_node_that_does_not_tell_is_not_looked_for_all_the_time()
    {
        var known = new PolicyInForce { Generation = 2, ResourceVersion = "100", Since = s_now, Nodes = "0/2" };
        Spread.LookAgain(Policy("101", known), s_now.AddSeconds(10)).Should().BeLessThan(TimeSpan.FromSeconds(10));
        Spread.LookAgain(Policy("101", known), s_now.AddHours(1)).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1));
    }

    private static PolicyInForce Told(OverlayPolicy policy, AgentReports agents) => Spread.Of(policy, agents, s_now);

    private static OverlayPolicy Policy(string version, PolicyInForce? known = null) =>
        new()
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "front", ResourceVersion = version, Generation = 2 },
            Status = known is null ? null : new OverlayPolicyStatus { InForce = known },
        };

    private static AgentReports Agents(params string[] agents) => new(agents.Select(agent => agent.Split(':')[0]), agents.Select(LeaseOf));

    private static Lease LeaseOf(string agent) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = AgentLease.NameOf(agent.Split(':')[0]),
                Annotations = ImmutableSortedDictionary<string, string>.Empty
                    .Add(AgentLease.AppliedPoliciesAnnotation, $"overlaypolicies={agent.Split(':')[1]}")
                    .Add(AgentLease.AppliedAfterAnnotation, "12"),
            },
        };
}
