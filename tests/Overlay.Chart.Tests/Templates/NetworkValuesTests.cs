using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Chart.Tests.Templates;

/// <summary>The values below `network` are the OverlayNetwork's fields, with the defaults that its definition has.</summary>
public sealed class NetworkValuesTests
{
    [Fact]
    public async Task Every_field_is_a_value_and_defaults_are_the_definition_s()
    {
        var spec = (await Manifest.RenderAsync()).One("OverlayNetwork", "default")["spec"]!.AsObject();
        var fields = YamlTrees.Parse(await File.ReadAllTextAsync(Path.Combine(LabPaths.Crds(), "overlaynetworks.yaml"), TestContext.Current.CancellationToken))!
            ["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!.AsObject();

        spec.Select(f => f.Key).Should().BeEquivalentTo(fields.Select(f => f.Key));
        foreach (var (name, field) in fields.Where(f => f.Key != "pools"))
            JsonNode.DeepEquals(spec[name], field!["default"]).Should().BeTrue("network.{0} is {1} and the definition's default {2}", name, spec[name]?.ToJsonString(), field["default"]?.ToJsonString());
    }

    [Fact]
    public async Task Without_values_pods_are_in_10_255() =>
        (await Manifest.RenderAsync()).One("OverlayNetwork", "default")["spec"]!["pools"]!.ToJsonString().Should().Be("""[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]""");
}
