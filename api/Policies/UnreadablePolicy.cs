using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Json;
using Overlay.Api.Objects;

namespace Overlay.Api.Policies;

/// <summary>
/// What stands for a policy whose JSON does not fit its kind (its definition is another than ours, say). It must cost nobody else's policies, and
/// open nothing: so it closes what is known of it. The same text gives the same policy on every node, whatever the node knew before.
/// </summary>
public static class UnreadablePolicy
{
    private static readonly ImmutableArray<PolicyType> Both = [LenientEnum.Unreadable<PolicyType>()];

    /// <summary>Isolates all pods of its namespace, in both directions, and grants nothing.</summary>
    /// <param name="metadata">What tells it from others.</param>
    /// <param name="body">The object as it came.</param>
    /// <param name="problem">Which field does not fit.</param>
    public static OverlayPolicy Overlay(ObjectMeta metadata, JsonElement body, string problem) =>
        new() { Metadata = metadata, Spec = new OverlayPolicySpec { PolicyTypes = Both }, Status = Part(body, "status", OverlayJson.Default.OverlayPolicyStatus), Unreadable = problem };

    /// <summary>Isolates all pods of its namespace, in both directions, and grants nothing.</summary>
    /// <param name="metadata">What tells it from others.</param>
    /// <param name="body">The object as it came.</param>
    /// <param name="problem">Which field does not fit.</param>
    public static NetworkPolicy Network(ObjectMeta metadata, JsonElement body, string problem) =>
        new() { Metadata = metadata, Spec = new NetworkPolicySpec { PolicyTypes = Both }, Unreadable = problem };

    /// <summary>
    /// Denies its subject everything, in its place among the tiers, in the directions that it has rules for: what the API's authors ask of a rule
    /// that can't be understood. Of a policy whose subject can't be read either nobody can tell whom it speaks for: for no pod.
    /// </summary>
    /// <param name="metadata">What tells it from others.</param>
    /// <param name="body">The object as it came.</param>
    /// <param name="problem">Which field does not fit.</param>
    public static ClusterNetworkPolicy Cluster(ObjectMeta metadata, JsonElement body, string problem)
    {
        var spec = body.TryGetProperty("spec", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var baseline = Child(spec, "tier") is { ValueKind: JsonValueKind.String } tier && tier.ValueEquals(nameof(PolicyTier.Baseline));
        return new ClusterNetworkPolicy
        {
            Metadata = metadata,
            Spec = new ClusterNetworkPolicySpec
            {
                Tier = baseline ? PolicyTier.Baseline : PolicyTier.Admin,
                Priority = Child(spec, "priority") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var priority) ? priority : 0,
                Subject = Part(spec, "subject", OverlayJson.Default.ClusterNetworkPolicySubject) ?? new ClusterNetworkPolicySubject(),
                Ingress = Has(spec, "ingress") ? [new ClusterIngressRule()] : null,
                Egress = Has(spec, "egress") ? [new ClusterEgressRule()] : null,
            },
            Status = Part(body, "status", OverlayJson.Default.ClusterNetworkPolicyStatus),
            Unreadable = problem,
        };
    }

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static bool Has(JsonElement spec, string rules) =>
        Child(spec, rules) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } there && (there.ValueKind != JsonValueKind.Array || there.GetArrayLength() > 0);

    private static T? Part<T>(JsonElement parent, string name, JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return Child(parent, name) is { ValueKind: JsonValueKind.Object } part ? part.Deserialize(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
