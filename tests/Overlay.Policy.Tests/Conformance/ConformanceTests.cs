namespace Overlay.Policy.Tests.Conformance;

/// <summary>NetworkPolicy's conformance cases, as far as OverlayPolicy can say them.</summary>
public class ConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_asserted_cell_of_the_cases_that_fit_is_right()
    {
        if (ConformanceSuite.Folder() is not { } folder)
        {
            const string Missing = "The conformance data is missing: put it in ../shared/conformance/open beside the checkout, or name it in OVERLAY_CONFORMANCE.";
            Environment.GetEnvironmentVariable("CI").Should().NotBe("true", Missing);
            Assert.Skip(Missing);
            return;
        }

        var wrong = new List<string>();
        var (cases, cells) = (0, 0);
        foreach (var (suite, environment, @case) in ConformanceSuite.Cases(folder).Where(entry => ConformanceSuite.Fits(entry.Case)))
        {
            var world = new ConformanceWorld(environment);
            var steps = @case["steps"]!.AsArray();
            for (var i = 0; i < steps.Count; i++)
            {
                wrong.AddRange(world.Play(steps[i]!).Select(cell => $"{suite} {@case["id"]} step {i}: {cell}"));
            }

            cases++;
            cells += world.Cells;
        }

        output.WriteLine($"{cases} cases, {cells} cells, {wrong.Count} wrong");
        cases.Should().BePositive();
        wrong.Should().BeEmpty();
    }
}
