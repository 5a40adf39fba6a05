using System.Text.Json.Nodes;
using Overlay.Api.Nodes;
using Overlay.Lab.Nodes;

namespace Overlay.Lab;

/// <summary>The agents as the API server shows them.</summary>
public sealed partial class LabCluster
{
    /// <summary>
    /// Creates the Pod object of a node's agent, as a DaemonSet and a kubelet would. The process is a daemon of the lab; the object is what
    /// <c>kubectl exec</c> and <c>kubectl overlay</c> find it by.
    /// </summary>
    private async Task RegisterAgentAsync(LabNode node, CancellationToken cancel)
    {
        var name = "overlay-agent-" + node.Name;
        await Api.CreateAsync(
            $"api/v1/namespaces/{AgentLease.DefaultNamespace}/pods",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["namespace"] = AgentLease.DefaultNamespace,
                    ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "overlay", ["app.kubernetes.io/component"] = "agent" },
                },
                ["spec"] = new JsonObject
                {
                    ["nodeName"] = node.Name,
                    ["hostNetwork"] = true,
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "agent",
                        ["image"] = "overlay-lab/agent",
                        ["env"] = new JsonArray(
                            new JsonObject { ["name"] = "OVERLAY_RUN_DIR", ["value"] = node.RunFolder },
                            new JsonObject { ["name"] = "PATH", ["value"] = $"{options.Binaries}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }),
                    }),
                },
            },
            cancel);
        await Api.PatchAsync(
            $"api/v1/namespaces/{AgentLease.DefaultNamespace}/pods/{name}/status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["phase"] = "Running",
                    ["hostIP"] = node.Address.ToString(),
                    ["podIP"] = node.Address.ToString(),
                    ["podIPs"] = new JsonArray([.. node.Addresses.Select(address => new JsonObject { ["ip"] = address.ToString() })]),
                    ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
                },
            },
            cancel);
    }
}
