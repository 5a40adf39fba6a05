using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Bench.Datapath;
using Overlay.Lab;

namespace Overlay.Bench.Scale;

/// <summary>Objects of a big cluster, written straight to the API server: nobody allocates anything for them (operators are ended).</summary>
internal static class BigCluster
{
    public const string Namespace = "big";
    public const int Policies = 10_000;
    public const int Selected = 5_000;
    public const int Tags = 10_000;
    public const int Subnets = 5_000;

    private const int FirstTag = 20_000;
    private const string Group = "apis/overlay-cni.io/v1alpha1/";

    /// <summary>WorkloadTags, one for each label <c>app=w-0</c> and on.</summary>
    public static Task TagAsync(LabCluster lab, CancellationToken cancel) => EachAsync(Tags, n => lab.Api.CreateAsync(Group + "workloadtags", Tag(n), cancel), cancel);

    /// <summary>Policies: each lets one workload reach another; one in fifty concerns the labels <c>app=server</c>.</summary>
    public static Task AllowAsync(LabCluster lab, CancellationToken cancel) => EachAsync(
        Policies,
        n => lab.Api.CreateAsync(Group + $"namespaces/{Namespace}/overlaypolicies", Policy(n), cancel),
        cancel);

    /// <summary>Calls the API server eight times at once.</summary>
    public static Task EachAsync(int count, Func<int, Task> act, CancellationToken cancel) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel },
        async (n, _) => await act(n));

    private static JsonObject Tag(int n) => new()
    {
        ["apiVersion"] = "overlay-cni.io/v1alpha1",
        ["kind"] = "WorkloadTag",
        ["metadata"] = new JsonObject { ["name"] = Text($"tag-{FirstTag + n:00000}") },
        ["spec"] = new JsonObject
        {
            ["tag"] = FirstTag + n,
            ["namespace"] = Namespace,
            ["keys"] = new JsonArray("app", "app.kubernetes.io/component", "app.kubernetes.io/name", "k8s-app"),
            ["labels"] = new JsonObject { ["app"] = Text($"w-{n}") },
        },
    };

    private static JsonObject Policy(int n)
    {
        var policy = Crowd.Allow(Text($"p-{n}"), n % 50 == 0 ? "server" : Text($"w-{n % Selected}"), Text($"w-{(n * 7) % Tags}"), 7000 + (n % 100));
        policy["metadata"]!["namespace"] = Namespace;
        return policy;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
