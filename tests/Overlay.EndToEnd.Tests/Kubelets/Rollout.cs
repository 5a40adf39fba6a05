using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A rolling update as the controllers of DaemonSets and Deployments do it: which pods go now. Pure.</summary>
internal static class Rollout
{
    private const string RevisionLabel = "controller-revision-hash";

    /// <summary>Which template a DaemonSet or Deployment has.</summary>
    public static string Revision(JsonObject owner) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner["spec"]!["template"]!.ToJsonString())))[..10];

    /// <summary>Writes into a pod's metadata which template it is made of.</summary>
    public static void Mark(JsonObject metadata, JsonObject owner)
    {
        if (metadata["labels"] is not JsonObject labels)
            metadata["labels"] = labels = [];
        labels[RevisionLabel] = Revision(owner);
    }

    /// <summary>Whether a pod is made of a template.</summary>
    public static bool IsOf(JsonObject pod, string revision) => (string?)pod["metadata"]!["labels"]?[RevisionLabel] == revision;

    /// <summary>Whether nobody has asked for its end.</summary>
    public static bool IsLiving(JsonObject pod) => pod["metadata"]!["deletionTimestamp"] is null;

    /// <summary>Whether its conditions say so.</summary>
    public static bool IsReady(JsonObject pod) =>
        (pod["status"]?["conditions"] as JsonArray ?? []).Any(c => (string)c!["type"]! == "Ready" && (string)c["status"]! == "True");

    /// <summary>The pods of another template that go now: such as are of no use, and others as long as no more are missing than may be.</summary>
    /// <param name="owner">DaemonSet or Deployment.</param>
    /// <param name="pods">Its pods.</param>
    /// <param name="wanted">How many it wants.</param>
    public static IEnumerable<JsonObject> ToEnd(JsonObject owner, IReadOnlyList<JsonObject> pods, int wanted)
    {
        var revision = Revision(owner);
        var living = pods.Where(IsLiving).ToArray();
        var old = living.Where(pod => !IsOf(pod, revision)).ToArray();
        if (old.Length == 0)
            return [];
        var missing = wanted - living.Count(IsReady);
        return [.. old.Where(pod => !IsReady(pod)), .. old.Where(IsReady).Take(Math.Max(0, MayMiss(owner, wanted) - missing))];
    }

    /// <summary>How many may be missing: a share of them is rounded up, as where there is no surge.</summary>
    public static int MayMiss(JsonObject owner, int wanted)
    {
        var strategy = owner["spec"]!["updateStrategy"] ?? owner["spec"]!["strategy"];
        if (strategy?["rollingUpdate"] is not { } rolling)
            return 0; // A Deployment's own: a quarter, rounded down; the chart's other than the operator's has one pod.
        if ((string?)rolling["maxSurge"]?.ToString() is not (null or "0"))
            throw new NotSupportedException($"maxSurge in {rolling.ToJsonString()}");
        var text = rolling["maxUnavailable"]?.ToString() ?? "1";
        return text.EndsWith('%')
            ? Math.Max(1, (int)Math.Ceiling(wanted * int.Parse(text[..^1], CultureInfo.InvariantCulture) / 100.0))
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}
