using Microsoft.Extensions.Time.Testing;
using Overlay.Kube.Leadership;

namespace Overlay.Kube.Tests.Leadership;

public sealed class LeadershipTokenTests
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_ends_by_the_clock_alone_before_anything_tells_it()
    {
        using var token = new LeadershipToken("ns/lease", Term, _time.GetTimestamp(), _time);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        token.IsHeld.Should().BeTrue();
        _time.Advance(TimeSpan.FromSeconds(0.1));

        token.IsHeld.Should().BeFalse();
        token.Lost.IsCancellationRequested.Should().BeTrue();
        token.Invoking(t => t.ThrowIfLost()).Should().Throw<LeadershipLostException>().WithMessage("*ns/lease*");
    }

    [Fact]
    public void A_renewal_counts_from_when_it_was_sent()
    {
        using var token = new LeadershipToken("ns/lease", Term, _time.GetTimestamp(), _time);
        _time.Advance(TimeSpan.FromSeconds(5));
        var sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(4));

        token.Renew(sent).Should().BeTrue();

        token.Remaining.Should().Be(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void What_was_lost_can_not_be_renewed()
    {
        using var token = new LeadershipToken("ns/lease", Term, _time.GetTimestamp(), _time);
        _time.Advance(TimeSpan.FromSeconds(11));

        token.Renew(_time.GetTimestamp()).Should().BeFalse();
        token.IsHeld.Should().BeFalse();
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_nothing()
    {
        using var token = new LeadershipToken("ns/lease", Term, BootClock.Instance.GetTimestamp(), BootClock.Instance);

        token.Remaining.Should().BeCloseTo(Term, TimeSpan.FromSeconds(1));
        BootClock.Instance.GetElapsedTime(BootClock.Instance.GetTimestamp()).Should().BeLessThan(TimeSpan.FromSeconds(1));
    }
}
