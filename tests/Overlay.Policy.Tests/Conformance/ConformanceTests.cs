namespace Overlay.Policy.Tests.Conformance;

/// <summary>The shared conformance cases, all of them, through the pure compiler.</summary>
public class ConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_asserted_cell_is_right()
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
        foreach (var (suite, environment, @case) in ConformanceSuite.Cases(folder))
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
