using System.Text.Json.Nodes;

namespace Overlay.Policy.Tests.Conformance;

/// <summary>The shared conformance data, which stands beside the checkout: <c>../shared/conformance</c> as seen from the repository's root.</summary>
internal static class ConformanceSuite
{
    public static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("OVERLAY_CONFORMANCE") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Overlay.sln")))
            {
                var beside = Path.Combine(folder.FullName, "..", "shared", "conformance", "open");
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }

    public static IEnumerable<(string Suite, JsonNode Environment, JsonNode Case)> Cases(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var suite = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var @case in suite["cases"]!.AsArray())
            {
                yield return (suite["suite"]!.GetValue<string>(), suite["environments"]![@case!["environment"]!.GetValue<string>()]!, @case);
            }
        }
    }
}
