using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Policies;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>The rules of built-in kinds that somebody leans on; the real server has many more.</summary>
internal static class BuiltInRules
{
    private static readonly JsonNode?[] Protocols = ["SCTP", "TCP", "UDP"];

    public static IEnumerable<FieldError> Check(ResourceType type, JsonObject? current, JsonObject next) => type switch
    {
        { Group: "networking.k8s.io", Plural: "networkpolicies" } => NetworkPolicy(next.Object("spec") ?? []),
        { Group: "", Plural: "pods" } => Pod(current, next.Object("spec") ?? []),
        { Group: "admissionregistration.k8s.io", Plural: "validatingadmissionpolicies" } => PolicyAdmission.Check(next),
        { Group: "apiextensions.k8s.io" } => CustomResourceRules.Check(next),
        _ => [],
    };

    private static IEnumerable<FieldError> Pod(JsonObject? current, JsonObject spec)
    {
        if (spec.Array("containers") is not { Count: > 0 })
            yield return FieldError.Required("spec.containers");
        if (current?.Find("spec.nodeName")?.AsText() is { Length: > 0 } was && !string.Equals(was, spec.Text("nodeName"), StringComparison.Ordinal))
            yield return FieldError.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        foreach (var (container, i) in Items(spec, "containers"))
        {
            if (string.IsNullOrEmpty(container.Text("name")))
                yield return FieldError.Required($"spec.containers[{i}].name");
        }
    }

    private static IEnumerable<FieldError> NetworkPolicy(JsonObject spec)
    {
        foreach (var (type, i) in (spec.Array("policyTypes") ?? []).Select((t, i) => (t, i)))
        {
            if (type?.AsText() is not ("Ingress" or "Egress"))
                yield return FieldError.NotSupported($"spec.policyTypes[{i}]", type, ["\"Egress\"", "\"Ingress\""]);
        }
        foreach (var (direction, peers) in new[] { ("ingress", "from"), ("egress", "to") })
        {
            foreach (var (rule, i) in Items(spec, direction))
            {
                foreach (var error in Items(rule, "ports").SelectMany(p => Port(p.Item, $"spec.{direction}[{i}].ports[{p.Index}]"))
                             .Concat(Items(rule, peers).SelectMany(p => Peer(p.Item, $"spec.{direction}[{i}].{peers}[{p.Index}]"))))
                    yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Port(JsonObject port, string path)
    {
        if (!Protocols.Any(p => JsonTrees.Same(p, port["protocol"])))
            yield return FieldError.NotSupported(path + ".protocol", port["protocol"], ["\"SCTP\"", "\"TCP\"", "\"UDP\""]);
        if (port.Number("port") is < 1 or > 65535)
            yield return FieldError.Invalid(path + ".port", port["port"], "must be between 1 and 65535, inclusive");
        if (port.Number("endPort") is { } end && (port.Number("port") is not { } first || end < first))
            yield return FieldError.Invalid(path + ".endPort", end, "must be greater than or equal to `port`");
    }

    private static IEnumerable<FieldError> Peer(JsonObject peer, string path)
    {
        var selects = peer["podSelector"] is not null || peer["namespaceSelector"] is not null;
        if (!selects && peer["ipBlock"] is null)
            yield return FieldError.Required(path, "must specify a peer");
        if (peer.Object("ipBlock") is not { } block)
            yield break;
        if (selects)
            yield return FieldError.Forbidden(path, "may not specify more than 1 peer type");
        if (block.Text("cidr") is not { } cidr || Formats.Cidr(cidr) is null)
            yield return FieldError.Invalid(path + ".ipBlock.cidr", block["cidr"], "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }

    private static IEnumerable<(JsonObject Item, int Index)> Items(JsonObject node, string list) =>
        (node.Array(list) ?? []).Select((item, i) => (item as JsonObject ?? [], i));
}
