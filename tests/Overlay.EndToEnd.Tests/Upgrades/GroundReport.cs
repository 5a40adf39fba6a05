using System.Collections.Immutable;
using System.Globalization;
using Overlay.EndToEnd.Tests.Faults;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>What became of all that was going on.</summary>
/// <param name="Flows">The conversations that are allowed.</param>
/// <param name="Floods">The datagrams that are not.</param>
/// <param name="Tried">Connections that are not allowed and were tried.</param>
/// <param name="Connected">How many of these were made.</param>
internal sealed record GroundReport(ImmutableArray<FlowReport> Flows, ImmutableArray<FloodReport> Floods, int Tried, int Connected)
{
    /// <summary>Nothing allowed was lost, nothing denied came through.</summary>
    /// <param name="butFor">Datagrams that may be lost.</param>
    public void ShouldBeUndisturbed(int butFor = 0)
    {
        if (butFor == 0)
            Flows.ShouldBeUndisturbed();
        Flows.Should().OnlyContain(flow => flow.Broken == null && flow.Sent > 5);
        Flows.Sum(flow => flow.Lost).Should().BeLessThanOrEqualTo(butFor);
        foreach (var flood in Floods)
            flood.ShouldHaveBeenDenied();
        Connected.Should().Be(0, $"no denied connection may be made, of {Tried}");
        Tried.Should().BeGreaterThan(10, "silence proves nothing");
    }

    /// <summary>The numbers.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Flows.Length} flows: {Flows.Sum(f => f.Sent)} messages, {Flows.Sum(f => f.Lost)} lost, {Flows.Count(f => f.Broken is not null)} broken; denied: {Floods.Sum(f => f.Sent)} datagrams sent, {Floods.Sum(f => f.Delivered)} delivered, {Tried} connections tried, {Connected} made");
}
