using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Operator.Agents;

namespace Overlay.Operator.Tests.Agents;

/// <summary>Fault 25, clocks: whether an agent is alive is what this operator sees, not what the node's clock says.</summary>
public sealed class HeartbeatsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly EntityCache<Lease> _leases = new();
    private readonly Heartbeats _heartbeats;

    public HeartbeatsTests() => _heartbeats = new Heartbeats(_leases, _time);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_agent_that_renews_is_alive_whatever_its_clock_says_and_away_when_it_stops(int hoursOff)
    {
        for (var beat = 0; beat < 12; beat++)
        {
            Renew(hoursOff);
            _time.Advance(TimeSpan.FromSeconds(10));
            if (beat > 0)
                IsAlive.Should().BeTrue("beat {0}", beat);
        }

        _time.Advance(TimeSpan.FromSeconds(AgentLease.DurationSeconds));
        IsAlive.Should().BeFalse("it has been silent");
    }

    [Fact]
    public void A_node_s_clock_that_jumps_makes_nobody_absent()
    {
        foreach (var hoursOff in (int[])[0, 0, -1, -1, 1, 0, 1])
        {
            Renew(hoursOff);
            _time.Advance(TimeSpan.FromSeconds(10));
            IsAlive.Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(-60, false)]
    [InlineData(3600, false)]
    public void Of_a_Lease_that_was_only_listed_its_own_time_must_do(int secondsOff, bool alive)
    {
        Put(_time.GetUtcNow().AddSeconds(secondsOff));
        IsAlive.Should().Be(alive);
    }

    [Fact]
    public void One_that_came_back_under_the_same_name_begins_anew()
    {
        Renew(-1);
        Renew(-1);
        IsAlive.Should().BeTrue();
        _leases.Remove(_leases.Find(Key)!);
        _heartbeats.IsAlive(null).Should().BeFalse();
        Renew(-1);
        IsAlive.Should().BeFalse("who knows when it was renewed");
    }

    private static ObjectKey Key => new("overlay-system", AgentLease.NameOf("n1"));

    private bool IsAlive => _heartbeats.IsAlive(_leases.Find(Key));

    private int _version;

    private void Renew(int hoursOff) => Put(_time.GetUtcNow().AddHours(hoursOff).AddMilliseconds(_version));

    private void Put(DateTimeOffset renewed) => _leases.Put(
        new Lease
        {
            Metadata = new ObjectMeta { Namespace = Key.Namespace, Name = Key.Name, Uid = "uid", ResourceVersion = (++_version).ToString(System.Globalization.CultureInfo.InvariantCulture) },
            Spec = new LeaseSpec { RenewTime = renewed },
        });
}
