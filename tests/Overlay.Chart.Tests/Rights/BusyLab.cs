using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.State;

namespace Overlay.Chart.Tests.Rights;

/// <summary>A lab in which agents and operator have reason to ask for whatever they ever ask for, and a file of what they asked.</summary>
public sealed class BusyLab : IAsyncLifetime
{
    private const string Policies = "apis/overlay-cni.io/v1alpha1/namespaces/busy/overlaypolicies";

    private readonly string file = Path.Combine(Path.GetTempPath(), $"ovt-{Guid.NewGuid():N}.requests");
    private LabCluster? lab;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What was asked for so far.</summary>
    internal IReadOnlyCollection<Request> Requests =>
        File.Exists(file) ? [.. File.ReadAllLines(file).Select(Request.Parse)] : [];

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var checkout = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LabPaths.Repository())))[..6];
        lab = await LabCluster.StartAsync(
            new LabOptions
            {
                Instance = new LabInstance($"ovt-{checkout}-rights"),
                Nodes = 2,
                ApiServerArguments = ["--requests", file],
                OperatorArguments = ["--rest", "1", "--label-namespace", "true", "--lease-duration", "4", "--renew-deadline", "3", "--retry-period", "1"],

                // Two subnets for three nodes.
                NetworkSpec = new JsonObject { ["pools"] = new JsonArray(new JsonObject { ["cidr"] = "10.255.0.0/24", ["nodePrefixLength"] = 25 }) },
            },
            null,
            sweepAtEnd: true,
            Cancel);
        await lab.CreateNamespaceAsync("busy", null, Cancel);
        await ObeyPoliciesAsync(lab);

        // A workload comes and goes, a node changes, another finds no subnet left, and one leaves for good.
        await lab.RunPodAsync("busy", "passing", new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "passing" }, "node1", Cancel);
        await lab.Api.DeleteAsync("api/v1/namespaces/busy/pods/passing", null, Cancel);
        await lab.Api.PatchAsync("api/v1/nodes/node1", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["zone"] = "a" } } }, Cancel);
        await lab.RegisterNodeAsync(3, Cancel);
        await UntilAsync(r => r is { Program: "overlay-operator", Right: "create events" });

        // Before node3, which has no agent, can have a subnet: then a tag would wait for its word.
        await UntilAsync(r => r is { Program: "overlay-operator", Right: "delete workloadtags.overlay-cni.io" });

        // While its agent renews its Lease the subnet of a deleted Node is not given up.
        await lab.Nodes[1].Agent.StopAsync(TimeSpan.FromSeconds(20));
        await lab.Api.DeleteAsync("api/v1/nodes/node2", null, Cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
        File.Delete(file);
    }

    /// <summary>Waits until such a request has been made, a minute at most.</summary>
    /// <param name="wanted">Which one.</param>
    /// <returns>Whether it was made.</returns>
    internal async Task<bool> UntilAsync(Func<Request, bool> wanted)
    {
        for (var end = Environment.TickCount64 + 60_000; Environment.TickCount64 < end; await Task.Delay(100, Cancel))
        {
            if (Requests.Any(wanted))
                return true;
        }

        return false;
    }

    private static async Task ObeyPoliciesAsync(LabCluster lab)
    {
        await lab.Api.CreateAsync(
            Policies,
            new JsonObject
            {
                ["apiVersion"] = "overlay-cni.io/v1alpha1",
                ["kind"] = "OverlayPolicy",
                ["metadata"] = new JsonObject { ["name"] = "one" },
                ["spec"] = new JsonObject { ["podSelector"] = new JsonObject(), ["ingress"] = new JsonArray(new JsonObject { ["action"] = "Allow" }) },
            },
            Cancel);
        await lab.Api.CreateAsync(
            "apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
            new JsonObject
            {
                ["apiVersion"] = "policy.networking.k8s.io/v1alpha2",
                ["kind"] = "ClusterNetworkPolicy",
                ["metadata"] = new JsonObject { ["name"] = "one" },
                ["spec"] = new JsonObject { ["tier"] = "Baseline", ["priority"] = 1, ["subject"] = new JsonObject { ["namespaces"] = new JsonObject() } },
            },
            Cancel);
    }
}
