using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>The defaults of built-in kinds that somebody relies on.</summary>
internal static class BuiltInDefaults
{
    public static void Apply(ResourceType type, JsonObject node)
    {
        switch (type)
        {
            case { Group: "", Plural: "namespaces" }:
                node.Meta().ObjectOrNew("labels")["kubernetes.io/metadata.name"] = node.Meta().Text("name");
                if (node.Meta()["deletionTimestamp"] is null)
                    node.ObjectOrNew("spec")["finalizers"] ??= new JsonArray("kubernetes");
                node.ObjectOrNew("status")["phase"] ??= "Active";
                break;
            case { Group: "", Plural: "pods" }:
                Pod(node.ObjectOrNew("spec"));
                node.ObjectOrNew("status")["phase"] ??= "Pending";
                break;
            case { Group: "", Plural: "services" }:
                Service(node.ObjectOrNew("spec"));
                break;
            case { Group: "apiextensions.k8s.io" }:
                Definition(node);
                break;
            case { Group: "networking.k8s.io", Plural: "networkpolicies" }:
                NetworkPolicy(node.ObjectOrNew("spec"));
                break;
        }
    }

    private static void Pod(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["schedulerName"] ??= "default-scheduler";
        foreach (var port in Objects(spec, "containers").Concat(Objects(spec, "initContainers")).SelectMany(c => Objects(c, "ports")))
            port["protocol"] ??= "TCP";
    }

    /// <summary>A definition is served as soon as it is stored, so its conditions can say so at once.</summary>
    private static void Definition(JsonObject node)
    {
        var spec = node.ObjectOrNew("spec");
        var names = spec.ObjectOrNew("names");
        var kind = names.Text("kind") ?? "";
        names["singular"] ??= kind.ToLowerInvariant();
        names["listKind"] ??= kind + "List";
        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        var status = node.ObjectOrNew("status");
        status["acceptedNames"] = names.DeepClone();
        status["storedVersions"] ??= new JsonArray([.. Objects(spec, "versions").Where(v => v["storage"]?.AsText() is "true").Select(v => v["name"]?.DeepClone())]);
        status["conditions"] ??= new JsonArray(
            Condition("NamesAccepted", "NoConflicts", "no conflicts found", node),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", node));
    }

    private static JsonObject Condition(string type, string reason, string message, JsonObject node) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = node.Meta()["creationTimestamp"]?.DeepClone(),
        ["reason"] = reason,
        ["message"] = message,
    };

    private static void Service(JsonObject spec)
    {
        spec["type"] ??= "ClusterIP";
        spec["sessionAffinity"] ??= "None";
        foreach (var port in Objects(spec, "ports"))
        {
            port["protocol"] ??= "TCP";
            port["targetPort"] ??= port["port"]?.DeepClone();
        }
    }

    private static void NetworkPolicy(JsonObject spec)
    {
        if (spec["policyTypes"] is null)
            spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        foreach (var port in Objects(spec, "ingress").Concat(Objects(spec, "egress")).SelectMany(r => Objects(r, "ports")))
            port["protocol"] ??= "TCP";
    }

    private static IEnumerable<JsonObject> Objects(JsonObject node, string list) => (node.Array(list) ?? []).OfType<JsonObject>();
}
