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
    /// <param name="ofEach">But for so many messages of each conversation.</param>
    public void ShouldBeUndisturbed(int ofEach = 0)
    {
        Flows.Select(flow => flow with { Lost = Math.Max(0, flow.Lost - ofEach) }).ToArray().ShouldBeUndisturbed();
        foreach (var flood in Floods)
            flood.ShouldHaveBeenDenied();
        Connected.Should().Be(0, $"no denied connection may be made, of {Tried}");
        Tried.Should().BeGreaterThan(10, "silence proves nothing");
    }

    /// <summary>The numbers.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Flows.Length} flows: {Flows.Sum(f => f.Sent)} messages, {Flows.Sum(f => f.Lost)} lost, {Flows.Count(f => f.Broken is not null)} broken{string.Concat(Flows.Where(f => f.Lost != 0).Select(f => $"; {f.Name} lost {f.Lost} of {f.Sent}"))}; denied: {Floods.Sum(f => f.Sent)} datagrams sent, {Floods.Sum(f => f.Delivered)} delivered, {Tried} connections tried, {Connected} made");
}
