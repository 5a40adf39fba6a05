using System.Text.Json.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Plays the scheduler for pods that nobody has placed: away from those they would rather not be with. Pure.</summary>
internal static class Placement
{
    /// <summary>The best node.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="nodes">The nodes' names.</param>
    /// <param name="pods">All pods.</param>
    public static string Of(JsonObject pod, IEnumerable<string> nodes, IReadOnlyList<JsonObject> pods)
    {
        JsonObject[] avoided =
        [
            .. (pod["spec"]!["affinity"]?["podAntiAffinity"]?["preferredDuringSchedulingIgnoredDuringExecution"] as JsonArray ?? [])
                .Select(term => term!["podAffinityTerm"]!["labelSelector"]!["matchLabels"]!.AsObject()),
        ];
        return nodes.MinBy(node => pods.Count(other => (string?)other["spec"]!["nodeName"] == node && avoided.Any(labels => Has(other, labels))))!;
    }

    private static bool Has(JsonObject pod, JsonObject labels) => labels.All(pair => (string?)pod["metadata"]!["labels"]?[pair.Key] == (string)pair.Value!);
}
