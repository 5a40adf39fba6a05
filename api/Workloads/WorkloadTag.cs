using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Schema;
using Overlay.Api.Subnets;

namespace Overlay.Api.Workloads;

/// <summary>The tag of one workload. Its name is its number, so that no tag can be given out twice; its spec never changes.</summary>
[Resource("wtag")]
[PrinterColumn("Tag", ".spec.tag", Type = "integer")]
[PrinterColumn("Namespace", ".spec.namespace")]
[PrinterColumn("Labels", ".spec.labels")]
[PrinterColumn("Phase", ".status.phase")]
[PrinterColumn("Released", ".status.releasedAt", Type = "date", Wide = true)]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
[Validation(
    "self.metadata.name.matches('^tag-[0-9]{5}$') && int(self.metadata.name.substring(4)) == self.spec.tag",
    "the name of a WorkloadTag is its number in five digits, as tag-00042: it is the lock on the number")]
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
    [Needed]
    [Validation("self == oldSelf", "a WorkloadTag never changes, nodes rely on it: the operator makes another one where a workload needs it")]
    public WorkloadTagSpec Spec { get; set; } = new();

    /// <summary>Active, or Released while it rests.</summary>
    [Defaulted("""{"phase":"Active"}""")]
    public WorkloadTagStatus? Status { get; init; }
}

/// <summary>The number and the workload it stands for.</summary>
[Validation("self.labels.all(k, k in self.keys)", "labels holds a key that keys does not list")]
public sealed record WorkloadTagSpec
{
    /// <summary>The number on the wire, 16 to 65535.</summary>
    [Needed]
    [Range(16, 65535)]
    public int Tag { get; init; }

    /// <summary>The workload's namespace.</summary>
    [Needed]
    [Text(TextAttribute.LabelValueLength, MinLength = 1)]
    public string Namespace { get; set; } = "";

    /// <summary>Every label key that was in force when the tag was made, sorted. One that <see cref="Labels"/> lacks is recorded as absent.</summary>
    [Needed]
    [Items(128, Set = true)]
    [Text(TextAttribute.LabelKeyLength, MinLength = 1)]
    public ImmutableArray<string> Keys { get; set; } = [];

    /// <summary>The values of the recorded keys that the workload's pods carry.</summary>
    [Needed]
    [Items(128)]
    [Text(TextAttribute.LabelValueLength)]
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
