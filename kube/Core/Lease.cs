using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;

namespace Overlay.Kube.Core;

/// <summary>coordination.k8s.io/v1 Lease: somebody says "still here" by renewing it.</summary>
public sealed record Lease : IEntity<Lease>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "coordination.k8s.io/v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Lease";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>Who holds it and since when.</summary>
    public LeaseSpec Spec { get; set; } = new();
}

/// <summary>Who holds a lease and since when.</summary>
public sealed record LeaseSpec
{
    /// <summary>The holder; null or empty: free.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long others must wait after the last renewal they saw, in seconds, at least 1.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the present holder took it (the holder's clock).</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the present holder last renewed it (the holder's clock).</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often the holder has changed.</summary>
    public int? LeaseTransitions { get; init; }
}
