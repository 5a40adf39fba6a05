using System.Net;
using System.Text.Json.Nodes;
using Overlay.Conformance.Data;
using Overlay.Lab.Nodes;

namespace Overlay.Conformance.Packets;

/// <summary>Objects as kubectl and a kubelet would write them.</summary>
internal static class PodObjects
{
    private static readonly string[] Conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];

    public static JsonObject Pod(PodDeclaration pod, IReadOnlyDictionary<string, string> labels, LabNode node) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace, ["labels"] = Labels(labels) },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = node.Name,
            ["hostNetwork"] = pod.HostNetwork,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "listener",
                ["image"] = "overlay-lab/listener",
                ["ports"] = new JsonArray([.. pod.Ports.Select(Port)]),
            }),
        },
    };

    public static JsonObject Running(IPAddress address) => new()
    {
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = address.ToString(),
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address.ToString() }),
            ["conditions"] = new JsonArray([.. Conditions.Select(type => new JsonObject { ["type"] = type, ["status"] = "True" })]),
        },
    };

    public static JsonObject Namespace(string name, IReadOnlyDictionary<string, string> labels) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels(labels) },
    };

    /// <summary>A merge patch that makes labels exactly these.</summary>
    public static JsonObject Relabelled(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> becomes)
    {
        var patch = Labels(becomes);
        foreach (var gone in was.Keys.Where(key => !becomes.ContainsKey(key)))
            patch[gone] = null;
        return new JsonObject { ["metadata"] = new JsonObject { ["labels"] = patch } };
    }

    /// <summary>Whether two sets of labels are the same.</summary>
    public static bool Same(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(label => right.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal));

    private static JsonObject Port(PortDeclaration port)
    {
        var declared = new JsonObject { ["containerPort"] = port.Port, ["protocol"] = port.Protocol.ToString() };
        if (port.Name is not null)
            declared["name"] = port.Name;
        return declared;
    }

    private static JsonObject Labels(IReadOnlyDictionary<string, string> labels) => new(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
}
