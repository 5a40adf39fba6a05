using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;

namespace Overlay.Api.Workloads;

/// <summary>The tag of one workload. Its name is its number, so that no tag can be given out twice; its spec never changes.</summary>
public sealed record WorkloadTag : IEntity<WorkloadTag>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new(OverlayGroup.Name, OverlayGroup.Version, "WorkloadTag", "workloadtags", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = OverlayGroup.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = "WorkloadTag";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>The number and the workload it stands for; immutable.</summary>
    public WorkloadTagSpec Spec { get; set; } = new();

    /// <summary>Active, or Released while it rests.</summary>
    public WorkloadTagStatus? Status { get; init; }
}

/// <summary>The number and the workload it stands for.</summary>
public sealed record WorkloadTagSpec
{
    /// <summary>The number on the wire, 16 to 65535.</summary>
    public int Tag { get; init; }

    /// <summary>The workload's namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Every label key that was in force when the tag was made, sorted. One that <see cref="Labels"/> lacks is recorded as absent.</summary>
    public ImmutableArray<string> Keys { get; set; } = [];

    /// <summary>The values of the recorded keys that the workload's pods carry.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; set; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Whether a tag is in use or rests.</summary>
public sealed record WorkloadTagStatus
{
    /// <summary>Active, or Released while it rests before reuse.</summary>
    public AllocationPhase Phase { get; set; } = AllocationPhase.Active;

    /// <summary>When it was released (server's clock).</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
}
