using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Tests.Vtep;

public sealed class PaceTests
{
    [Theory]
    [InlineData(0.3, 20)]
    [InlineData(2, 20)]
    [InlineData(10, 90)]
    [InlineData(100, 900)]
    [InlineData(5000, 2000)]
    public void Passes_take_a_tenth_of_the_time_at_most_and_what_happened_waits_for_two_seconds_at_most(double pass, double pause) =>
        NodeLoop.PauseAfter(TimeSpan.FromMilliseconds(pass)).Should().Be(TimeSpan.FromMilliseconds(pause));
}
