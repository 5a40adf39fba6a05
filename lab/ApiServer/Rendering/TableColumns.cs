using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using static Overlay.Lab.ApiServer.Rendering.TableColumn;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>The columns of each kind: a custom resource's own, and the customary ones of built-in kinds.</summary>
internal static class TableColumns
{
    public static ImmutableArray<TableColumn> Of(ResourceType type)
    {
        if (type.IsCustom)
            return type.Columns.IsEmpty ? [Name, Age] : [Name, .. type.Columns.Select(From)];
        return [Name, .. BuiltIn(type)];
    }

    private static ImmutableArray<TableColumn> BuiltIn(ResourceType type) => type.QualifiedResource switch
    {
        "pods" =>
        [
            TableColumn.Of("Ready", PodCells.Ready), TableColumn.Of("Status", PodCells.Status), TableColumn.Of("Restarts", PodCells.Restarts), Age,
            TableColumn.Of("IP", n => Text(n, "status.podIP"), 1), TableColumn.Of("Node", n => Text(n, "spec.nodeName"), 1),
            TableColumn.Of("Nominated Node", n => Text(n, "status.nominatedNodeName"), 1), TableColumn.Of("Readiness Gates", _ => "", 1),
        ],
        "nodes" =>
        [
            TableColumn.Of("Status", NodeStatus), TableColumn.Of("Roles", NodeRoles), Age, TableColumn.Of("Version", n => Text(n, "status.nodeInfo.kubeletVersion")),
            TableColumn.Of("Internal-IP", n => Address(n, "InternalIP"), 1), TableColumn.Of("External-IP", n => Address(n, "ExternalIP"), 1),
            TableColumn.Of("OS-Image", n => Text(n, "status.nodeInfo.osImage"), 1), TableColumn.Of("Kernel-Version", n => Text(n, "status.nodeInfo.kernelVersion"), 1),
            TableColumn.Of("Container-Runtime", n => Text(n, "status.nodeInfo.containerRuntimeVersion"), 1),
        ],
        "namespaces" => [TableColumn.Of("Status", n => Text(n, "status.phase")), Age],
        "services" =>
        [
            TableColumn.Of("Type", n => Text(n, "spec.type")), TableColumn.Of("Cluster-IP", n => Text(n, "spec.clusterIP")), TableColumn.Of("External-IP", _ => ""),
            TableColumn.Of("Port(s)", Ports), Age, TableColumn.Of("Selector", n => Map(n.Find("spec.selector")), 1),
        ],
        "endpoints" => [TableColumn.Of("Endpoints", Endpoints), Age],
        "configmaps" => [TableColumn.Of("Data", n => Count(n, "data")), Age],
        "secrets" => [TableColumn.Of("Type", n => Text(n, "type")), TableColumn.Of("Data", n => Count(n, "data")), Age],
        "serviceaccounts" => [TableColumn.Of("Secrets", n => (n.Array("secrets")?.Count ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture)), Age],
        "events" =>
        [
            Path("Last Seen", ".lastTimestamp", "date"), Path("Type", ".type"), Path("Reason", ".reason"),
            TableColumn.Of("Object", n => $"{Text(n, "involvedObject.kind").ToLowerInvariant()}/{Text(n, "involvedObject.name")}"),
            TableColumn.Of("Subobject", n => Text(n, "involvedObject.fieldPath"), 1), TableColumn.Of("Source", n => Text(n, "source.component"), 1), Path("Message", ".message"),
            Path("First Seen", ".firstTimestamp", "date", 1), Path("Count", ".count", "string", 1),
        ],
        "deployments.apps" or "replicasets.apps" or "statefulsets.apps" =>
        [
            TableColumn.Of("Ready", n => $"{Zero(n, "status.readyReplicas")}/{Zero(n, "spec.replicas")}"), Path("Up-to-date", ".status.updatedReplicas", "integer"),
            Path("Available", ".status.availableReplicas", "integer"), Age,
        ],
        "daemonsets.apps" =>
        [
            Path("Desired", ".status.desiredNumberScheduled", "integer"), Path("Current", ".status.currentNumberScheduled", "integer"), Path("Ready", ".status.numberReady", "integer"),
            Path("Up-to-date", ".status.updatedNumberScheduled", "integer"), Path("Available", ".status.numberAvailable", "integer"), Age,
        ],
        "networkpolicies.networking.k8s.io" => [TableColumn.Of("Pod-Selector", n => Map(n.Find("spec.podSelector.matchLabels"))), Age],
        "leases.coordination.k8s.io" => [TableColumn.Of("Holder", n => Text(n, "spec.holderIdentity")), Age],
        "endpointslices.discovery.k8s.io" => [Path("AddressType", ".addressType"), TableColumn.Of("Ports", Ports), TableColumn.Of("Endpoints", Endpoints), Age],
        "customresourcedefinitions.apiextensions.k8s.io" => [Path("Created At", ".metadata.creationTimestamp")],
        _ => [Age],
    };

    private static string Text(JsonObject node, string path) => node.Find(path)?.AsText() ?? "";

    private static string Zero(JsonObject node, string path) => node.Find(path)?.AsText() ?? "0";

    private static string Count(JsonObject node, string property) =>
        (node.Object(property)?.Count ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Map(JsonNode? node) =>
        node is JsonObject map ? string.Join(",", map.Select(p => $"{p.Key}={p.Value?.AsText()}")) : "";

    private static string NodeStatus(JsonObject node)
    {
        var ready = Conditions(node).FirstOrDefault(c => c.Text("type") is "Ready")?.Text("status");
        var status = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        return node.Find("spec.unschedulable")?.AsText() is "true" ? status + ",SchedulingDisabled" : status;
    }

    private static string NodeRoles(JsonObject node) => string.Join(",", (node.Meta().Object("labels") ?? [])
        .Where(l => l.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal)).Select(l => l.Key["node-role.kubernetes.io/".Length..]));

    private static string Address(JsonObject node, string type) =>
        (node.Find("status.addresses") as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(a => string.Equals(a.Text("type"), type, StringComparison.Ordinal))?.Text("address") ?? "";

    private static IEnumerable<JsonObject> Conditions(JsonObject node) => (node.Find("status.conditions") as JsonArray ?? []).OfType<JsonObject>();

    private static string Ports(JsonObject node) => string.Join(",", ((node.Find("spec.ports") ?? node["ports"]) as JsonArray ?? []).OfType<JsonObject>()
        .Select(p => p.Number("nodePort") is { } nodePort ? $"{p["port"]?.AsText()}:{nodePort}/{p.Text("protocol")}" : $"{p["port"]?.AsText()}/{p.Text("protocol")}"));

    private static string Endpoints(JsonObject node)
    {
        var addresses = (node.Array("subsets") ?? []).OfType<JsonObject>().SelectMany(s => s.Array("addresses") ?? []).OfType<JsonObject>().Select(a => a.Text("ip"))
            .Concat((node.Array("endpoints") ?? []).OfType<JsonObject>().SelectMany(e => e.Array("addresses") ?? []).Select(a => a?.AsText()));
        return string.Join(",", addresses);
    }
}
