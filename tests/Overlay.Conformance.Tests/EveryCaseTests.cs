using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;
using Overlay.Conformance.Pure;

namespace Overlay.Conformance.Tests;

/// <summary>All cases of the repository, every asserted cell, through the pure compiler.</summary>
public class EveryCaseTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_asserted_cell_is_right()
    {
        var arguments = new RunArguments();
        var asked = ConformanceRun.Select(ConformanceReader.ReadFolder(arguments.Cases), arguments);

        var results = await ConformanceRun.PlayAsync(new CasePlayer(new PureCluster()), asked, TestContext.Current.CancellationToken);

        output.WriteLine($"{results.Count} cases, {results.Sum(r => r.Cells)} cells");
        results.SelectMany(r => r.Wrong).Should().BeEmpty();
        results.Where(r => !r.Passed).Should().BeEmpty();
    }
}
