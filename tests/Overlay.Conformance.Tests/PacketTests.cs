using Overlay.Conformance.Packets;

namespace Overlay.Conformance.Tests;

/// <summary>A spread of the cases with real packets, in a lab with the published binaries whose agents have nftables.</summary>
public sealed class PacketsOnNftablesTests(ITestOutputHelper output) : PacketTests("nftables", output);

/// <summary>The same where agents have iptables.</summary>
public sealed class PacketsOnIptablesTests(ITestOutputHelper output) : PacketTests("iptables", output);

/// <summary>What holds for both; the two run beside each other, each with a lab of its own.</summary>
public abstract class PacketTests(string backend, ITestOutputHelper output)
{
    [Fact]
    public async Task A_spread_of_cases_holds_with_packets()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");

        var spread = Spread.Of(SpreadTests.All, SpreadTests.Least);
        var (doctored, wrong) = Doctored.Of(spread.First(a => a.Case.Id.StartsWith("e2e-", StringComparison.Ordinal)));

        var played = await PacketsRun.PlayAsync([.. spread, doctored], backend, TestContext.Current.CancellationToken);

        var results = played.Where(r => r.Id != Doctored.Id).ToList();
        output.WriteLine($"{results.Count} cases, {results.Sum(r => r.Cells)} cells");
        results.Where(r => r.Broken is not null).Should().BeEmpty();
        results.SelectMany(r => r.Wrong).Should().BeEmpty();
        results.Count(r => r.Passed).Should().Be(spread.Count - results.Count(r => r.Skipped is not null)).And.BeGreaterThanOrEqualTo(SpreadTests.Least);
        played.Single(r => r.Id == Doctored.Id).Wrong.Should().HaveCount(wrong, "the same runner must find what is wrong");
    }
}
