using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Objects;

namespace Overlay.Api.Policies;

/// <summary>networking.k8s.io/v1 NetworkPolicy. Its parts are those of <see cref="OverlayPolicy"/>, which has more; what a NetworkPolicy may not say its reader refuses.</summary>
public sealed record NetworkPolicy : IEntity<NetworkPolicy>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "networking.k8s.io/v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "NetworkPolicy";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user wants; null isolates the whole namespace on ingress, as an empty spec does.</summary>
    public NetworkPolicySpec? Spec { get; init; }

    /// <summary>Why this stands for a policy that could not be read, and which field of that was not; null: this is the policy. See <see cref="UnreadablePolicy"/>.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }
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
