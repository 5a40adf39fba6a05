using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;

namespace Overlay.Api.Policies;

/// <summary>networking.k8s.io/v1 NetworkPolicy. Its parts are those of <see cref="OverlayPolicy"/>, which has more; what a NetworkPolicy may not say its reader refuses.</summary>
public sealed record NetworkPolicy : IEntity<NetworkPolicy>
{
    private PackedPart<NetworkPolicySpec> _spec;

    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "networking.k8s.io/v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "NetworkPolicy";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user wants; null isolates the whole namespace on ingress, as an empty spec does.</summary>
    public NetworkPolicySpec? Spec
    {
        get => _spec.Read(OverlayJson.Default.NetworkPolicySpec);
        init => _spec = PackedPart<NetworkPolicySpec>.Of(value);
    }

    /// <summary>Why this stands for a policy that could not be read, and which field of that was not; null: this is the policy. See <see cref="UnreadablePolicy"/>.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }

    /// <summary>The same, its spec kept as JSON and read each time it is asked for: for those who hold thousands and look at few.</summary>
    public NetworkPolicy Packed() => this with { _spec = _spec.Pack(OverlayJson.Default.NetworkPolicySpec) };
}

/// <summary>The pods a NetworkPolicy selects and what it allows them.</summary>
public sealed record NetworkPolicySpec
{
    /// <summary>The pods of its namespace that it isolates and speaks for; null or empty: all.</summary>
    public LabelSelector? PodSelector { get; init; }

    /// <summary>The directions it isolates. Absent: Ingress, and Egress too when there are egress rules.</summary>
    public ImmutableArray<PolicyType>? PolicyTypes { get; init; }

    /// <summary>Who may connect to the selected pods.</summary>
    public ImmutableArray<IngressRule>? Ingress { get; init; }

    /// <summary>Whom the selected pods may connect to.</summary>
    public ImmutableArray<EgressRule>? Egress { get; init; }
}
