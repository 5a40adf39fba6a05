using Microsoft.Extensions.Time.Testing;
using Overlay.Kube.Core;
using Overlay.Operator.Nodes;

namespace Overlay.Operator.Tests.Nodes;

/// <summary>When a Node says that its network is there, and when that it is not.</summary>
public sealed class NetworkAvailabilityTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(6);

    [Fact]
    public void A_new_node_is_available_once_it_is_served() => Change(null, serves: true).Should().BeEquivalentTo(new { Type = "NetworkUnavailable", Status = "False", Reason = "OverlayIsUp", LastTransitionTime = Now });

    [Fact]
    public void What_a_cloud_said_before_the_network_came_is_taken_back() => Change(Said("True", "NoRouteCreated"), serves: true)!.Status.Should().Be("False");

    [Theory]
    [InlineData("OverlayIsUp")]
    [InlineData("SomebodyElseIsUp")]
    public void What_says_so_already_is_let_be(string reason) => Change(Said("False", reason), serves: true).Should().BeNull();

    [Fact]
    public void An_agent_that_is_away_for_long_keeps_new_pods_off() => Change(Said("False", "OverlayIsUp"), serves: false, Long)!.Should().BeEquivalentTo(new { Status = "True", Reason = "OverlayAgentAway" });

    [Fact]
    public void An_agent_that_is_back_lets_them_in_again() => Change(Said("True", "OverlayAgentAway"), serves: true)!.Status.Should().Be("False");

    [Fact]
    public void An_upgrade_changes_nothing() => Change(Said("False", "OverlayIsUp"), serves: false, TimeSpan.FromMinutes(4)).Should().BeNull();

    [Theory]
    [InlineData(null, null)]
    [InlineData("False", "SomebodyElseIsUp")]
    [InlineData("True", "NoRouteCreated")]
    public void A_node_that_is_not_ours_is_not_spoken_of(string? status, string? reason) => Change(status is null ? null : Said(status, reason!), serves: false, Long).Should().BeNull();

    [Fact]
    public void Only_what_is_seen_counts_as_away()
    {
        var time = new FakeTimeProvider();
        var absences = new Absences(time);
        absences.See("n1", away: true).Should().Be(TimeSpan.Zero);
        time.Advance(Long);
        absences.See("n1", away: true).Should().Be(Long);
        absences.See("n1", away: false).Should().Be(TimeSpan.Zero);
        absences.See("n1", away: true).Should().Be(TimeSpan.Zero, "it was back in between");
        time.Advance(Long);
        absences.Forget();
        absences.See("n1", away: true).Should().Be(TimeSpan.Zero, "while the API server was away nobody could renew a Lease");
    }

    private static NodeCondition Said(string status, string reason) => new("NetworkUnavailable", status) { Reason = reason };

    private static NodeCondition? Change(NodeCondition? present, bool serves, TimeSpan away = default) =>
        NetworkAvailability.Change(new Node { Status = new NodeStatus { Conditions = present is null ? [] : [new NodeCondition("Ready", "True"), present] } }, serves, away, Now);
}
