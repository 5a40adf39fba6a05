using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>The policies that fault tests need.</summary>
internal static class Policies
{
    /// <summary>Isolates a workload; only the named ones may connect.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="app">Who is isolated.</param>
    /// <param name="allowed">Who may connect to it.</param>
    public static Task AllowOnlyAsync(LabCluster lab, string ns, string app, params string[] allowed) => lab.Api.CreateAsync(
        $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/namespaces/{ns}/overlaypolicies",
        new JsonObject
        {
            ["apiVersion"] = OverlayGroup.ApiVersion,
            ["kind"] = "OverlayPolicy",
            ["metadata"] = new JsonObject { ["name"] = app, ["namespace"] = ns },
            ["spec"] = new JsonObject
            {
                ["podSelector"] = Selector(app),
                ["policyTypes"] = new JsonArray("Ingress"),
                ["ingress"] = new JsonArray([.. allowed.Select(a => new JsonObject { ["from"] = new JsonArray(new JsonObject { ["podSelector"] = Selector(a) }) })]),
            },
        },
        TestContext.Current.CancellationToken);

    private static JsonObject Selector(string app) => new() { ["matchLabels"] = new JsonObject { ["app"] = app } };
}
