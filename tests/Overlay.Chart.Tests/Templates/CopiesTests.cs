using Overlay.Chart.Tests.Helm;
using Overlay.Lab;

namespace Overlay.Chart.Tests.Templates;

/// <summary>Helm follows no path out of a chart, so it carries copies: they are those that `make crds` writes.</summary>
public sealed class CopiesTests
{
    [Fact]
    public void The_chart_s_definitions_are_the_generated_ones() =>
        Read(Path.Combine(HelmTool.Chart, "crds")).Should().NotBeEmpty().And.Equal(Read(LabPaths.Crds()), "make crds copies them");

    [Fact]
    public void The_optional_definitions_too() =>
        Read(Path.Combine(HelmTool.Chart, "files")).Should().NotBeEmpty().And.Equal(Read(Path.Combine(LabPaths.Crds(), "optional")), "make crds copies them");

    private static Dictionary<string, string> Read(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToDictionary(f => Path.GetFileName(f), File.ReadAllText, StringComparer.Ordinal);
}
