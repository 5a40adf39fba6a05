namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>What must be true of flows that a fault did not concern.</summary>
internal static class FlowReports
{
    /// <summary>No reset, nothing lost, and they did talk.</summary>
    public static void ShouldBeUndisturbed(this IReadOnlyList<FlowReport> reports)
    {
        reports.Should().NotBeEmpty();
        reports.Should().OnlyContain(r => r.Broken == null && r.Lost == 0, "no flow may be reset, no packet lost");
        reports.Should().OnlyContain(r => r.Sent > 5, "silence proves nothing");
    }

    /// <summary>Nothing arrived of very much.</summary>
    public static void ShouldHaveBeenDenied(this FloodReport report)
    {
        report.Delivered.Should().Be(0, $"nothing denied may arrive, of {report.Sent}");
        report.Sent.Should().BeGreaterThan(500, "silence proves nothing");
    }
}
