using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Templates;

/// <summary>Whatever values are set, the API server takes every object of the chart, and knows every field in it.</summary>
public sealed class SchemaTests(Cluster cluster) : IClassFixture<Cluster>
{
    public static TheoryData<string> Values => ValueSets.Names;

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Every_object_fits_its_kind(string values)
    {
        var manifest = await Manifest.RenderAsync(ValueSets.Of(values));

        manifest.Objects.Should().NotBeEmpty();
        foreach (var item in manifest.Objects)
            (await cluster.TryCreateAsync(item, "dryRun=All")).Should().BeNull("{0} {1} is right", Manifest.KindOf(item), Manifest.NameOf(item));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_workload_selects_its_own_pods_and_no_other_s(string values)
    {
        var manifest = await Manifest.RenderAsync(ValueSets.Of(values));
        var workloads = manifest.Objects.Where(o => o["spec"]?["selector"]?["matchLabels"] is not null && o["spec"]?["template"] is not null).ToArray();

        workloads.Should().NotBeEmpty();
        foreach (var one in workloads)
        {
            var selected = workloads.Where(w => Selects(one["spec"]!["selector"]!["matchLabels"]!.AsObject(), w["spec"]!["template"]!["metadata"]!["labels"]!.AsObject()));
            selected.Should().Equal([one]);
        }
    }

    [Fact]
    public async Task Lint_finds_nothing()
    {
        var answer = await HelmTool.RunAsync("lint", HelmTool.Chart, "--strict");
        answer.Code.Should().Be(0, answer.Output + answer.Error);
    }

    private static bool Selects(JsonObject selector, JsonObject labels) => selector.All(s => JsonNode.DeepEquals(labels[s.Key], s.Value));
}
