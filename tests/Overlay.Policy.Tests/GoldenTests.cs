using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Workloads;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>
/// testassets/CASE/input.yaml (namespaces, pods, policies; WorkloadTags if a prompt operator's are not meant) compiles to expected.txt.
/// OVERLAY_UPDATE_GOLDEN=1 writes the expectation anew: read the difference before you commit it.
/// </summary>
public class GoldenTests
{
    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder()).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compiles_to_what_is_expected(string name)
    {
        var folder = Path.Combine(Folder(), name);
        var table = TableText.Of(PolicyCompiler.Compile(Read(File.ReadAllText(Path.Combine(folder, "input.yaml"))).Inputs()));
        var expected = Path.Combine(folder, "expected.txt");
        if (Environment.GetEnvironmentVariable("OVERLAY_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(expected, table);
        }

        table.Should().Be(File.ReadAllText(expected));
    }

    private static World Read(string yaml)
    {
        var world = new World { WorkloadLabels = ["app"] };
        foreach (var document in Yaml.Documents(yaml))
        {
            var metadata = document["metadata"]!;
            var name = metadata["name"]!.GetValue<string>();
            switch (document["kind"]!.GetValue<string>())
            {
                case "Namespace":
                    world.Namespaces[name] = LabelsOf(metadata).SetItem("kubernetes.io/metadata.name", name);
                    break;
                case "Pod":
                    world.Pod($"{metadata["namespace"]!.GetValue<string>()}/{name}", Labels.Text(LabelsOf(metadata)));
                    break;
                case "OverlayPolicy":
                    world.Policy(document.Deserialize<OverlayPolicy>(Yaml.Options)!);
                    break;
                case "WorkloadTag":
                    (world.Tags ??= []).Add(document.Deserialize<WorkloadTag>(Yaml.Options)!);
                    break;
                case "OverlayNetwork":
                    world.DefaultAction = document.Deserialize<OverlayNetwork>(Yaml.Options)!.Spec.Policy.DefaultAction;
                    break;
                default:
                    throw new NotSupportedException($"A golden case holds no {document["kind"]}.");
            }
        }

        return world;
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(JsonNode metadata) =>
        (metadata["labels"] as JsonObject ?? []).ToImmutableSortedDictionary(label => label.Key, label => label.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "testassets");
}
