using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Overlay.Api.Objects;

/// <summary>What every Kubernetes object carries, cut to what Overlay reads or writes (meta/v1 ObjectMeta).</summary>
public sealed record ObjectMeta
{
    /// <summary>The object's name, unique within its kind and namespace.</summary>
    public string Name { get; set; } = "";

    /// <summary>The namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique over time: a re-created object of the same name has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version for optimistic concurrency and watches.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Grows with each change of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>When the object was made (server's clock).</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set when deletion was asked for and finalizers hold it back, or a grace period runs.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels; null and empty mean the same.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations; null and empty mean the same.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>Who must act before the object may go.</summary>
    public ImmutableArray<string>? Finalizers { get; init; }

    /// <summary>The objects this one is garbage-collected with.</summary>
    public ImmutableArray<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>The name within the cluster: <c>namespace/name</c>, or the name alone.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Namespace, Name);
}

/// <summary>An owner of an object (meta/v1 OwnerReference).</summary>
/// <param name="ApiVersion">The owner's group and version.</param>
/// <param name="Kind">The owner's kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's UID.</param>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid)
{
    /// <summary>Whether this owner is the managing controller.</summary>
    public bool? Controller { get; init; }

    /// <summary>Whether the owner may not go before this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
