using Overlay.Conformance.Data;
using Overlay.Conformance.Packets;

namespace Overlay.Conformance.Tests;

/// <summary>A spread of the cases with real packets, in a lab with the published binaries.</summary>
public class PacketTests(ITestOutputHelper output)
{
    private const int Least = 60;

    private static readonly RunArguments Arguments = new();

    /// <summary>The rule engines that agents have.</summary>
    public static TheoryData<string> Backends => ["nftables", "iptables"];

    [Fact]
    public void The_spread_stands_for_every_suite_family_and_requirement()
    {
        var all = All();
        var spread = Spread.Of(all, Least);

        spread.Count.Should().BeGreaterThanOrEqualTo(Least);
        spread.SelectMany(Spread.TraitsOf).Distinct().Should().BeEquivalentTo(all.SelectMany(Spread.TraitsOf).Distinct());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_spread_of_cases_holds_with_packets(string backend)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");

        var spread = Spread.Of(All(), Least);
        var (doctored, wrong) = Doctored.Of(spread.First(a => a.Case.Id.StartsWith("e2e-", StringComparison.Ordinal)));

        var played = await PacketsRun.PlayAsync([.. spread, doctored], backend, TestContext.Current.CancellationToken);

        var results = played.Where(r => r.Id != Doctored.Id).ToList();
        output.WriteLine($"{results.Count} cases, {results.Sum(r => r.Cells)} cells");
        results.Where(r => r.Broken is not null).Should().BeEmpty();
        results.SelectMany(r => r.Wrong).Should().BeEmpty();
        results.Count(r => r.Passed).Should().Be(spread.Count - results.Count(r => r.Skipped is not null)).And.BeGreaterThanOrEqualTo(Least);
        played.Single(r => r.Id == Doctored.Id).Wrong.Should().HaveCount(wrong, "the same runner must find what is wrong");
    }

    private static IReadOnlyList<AskedCase> All() => ConformanceRun.Select(ConformanceReader.ReadFolder(Arguments.Cases), Arguments);
}
