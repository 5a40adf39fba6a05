using Overlay.Conformance.Data;

namespace Overlay.Conformance.Tests;

/// <summary>The spread of cases that is played with packets each time.</summary>
public sealed class SpreadTests
{
    internal const int Least = 60;

    private static readonly RunArguments Arguments = new();

    internal static IReadOnlyList<AskedCase> All => ConformanceRun.Select(ConformanceReader.ReadFolder(Arguments.Cases), Arguments);

    [Fact]
    public void It_stands_for_every_suite_family_and_requirement()
    {
        var spread = Spread.Of(All, Least);

        spread.Count.Should().BeGreaterThanOrEqualTo(Least);
        spread.SelectMany(Spread.TraitsOf).Distinct().Should().BeEquivalentTo(All.SelectMany(Spread.TraitsOf).Distinct());
    }
}
