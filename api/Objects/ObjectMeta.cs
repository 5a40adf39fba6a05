using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Overlay.Api.Objects;

/// <summary>What every Kubernetes object carries, cut to what Overlay reads or writes (meta/v1 ObjectMeta).</summary>
/// <remarks>
/// Agents hold tens of thousands: what is a number is kept as one and written out when it is asked for, and what few objects have stands apart. A UID or a version
/// that is not written as a number would be is kept as it came.
/// </remarks>
public sealed record ObjectMeta
{
    private readonly Guid _uid;
    private readonly ulong _version;
    private readonly long _generation;
    private readonly long _created;
    private readonly RareMeta? _rare;

    /// <summary>The object's name, unique within its kind and namespace.</summary>
    public string Name { get; set; } = "";

    /// <summary>The namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique over time: a re-created object of the same name has another.</summary>
    public string? Uid
    {
        get => _rare?.Uid ?? (_uid == Guid.Empty ? null : _uid.ToString());
        init
        {
            var plain = Guid.TryParseExact(value, "D", out var uid) && uid != Guid.Empty && value.AsSpan().IndexOfAnyInRange('A', 'F') < 0;
            _uid = plain ? uid : Guid.Empty;
            if (!plain || _rare is not null)
            {
                _rare = ((_rare ?? RareMeta.None) with { Uid = plain ? null : value }).OrNull();
            }
        }
    }

    /// <summary>Opaque version for optimistic concurrency and watches.</summary>
    public string? ResourceVersion
    {
        get => _rare?.ResourceVersion ?? (_version == 0 ? null : _version.ToString(CultureInfo.InvariantCulture));
        init
        {
            var plain = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && value[0] != '0';
            _version = plain ? version : 0;
            if (!plain || _rare is not null)
            {
                _rare = ((_rare ?? RareMeta.None) with { ResourceVersion = plain ? null : value }).OrNull();
            }
        }
    }

    /// <summary>Grows with each change of the spec.</summary>
    public long? Generation
    {
        get => _generation == 0 ? null : _generation;
        init => _generation = value ?? 0;
    }

    /// <summary>When the object was made (server's clock).</summary>
    public DateTimeOffset? CreationTimestamp
    {
        get => _created == 0 ? null : new DateTimeOffset(_created, TimeSpan.Zero);
        init => _created = value?.UtcTicks ?? 0;
    }

    /// <summary>Set when deletion was asked for and finalizers hold it back, or a grace period runs.</summary>
    public DateTimeOffset? DeletionTimestamp
    {
        get => _rare?.DeletionTimestamp;
        init => _rare = value is null && _rare is null ? null : ((_rare ?? RareMeta.None) with { DeletionTimestamp = value }).OrNull();
    }

    /// <summary>Labels; null and empty mean the same.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations; null and empty mean the same.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations
    {
        get => _rare?.Annotations;
        init => _rare = value is null && _rare is null ? null : ((_rare ?? RareMeta.None) with { Annotations = value }).OrNull();
    }

    /// <summary>Who must act before the object may go.</summary>
    public ImmutableArray<string>? Finalizers
    {
        get => _rare?.Finalizers;
        init => _rare = value is null && _rare is null ? null : ((_rare ?? RareMeta.None) with { Finalizers = value }).OrNull();
    }

    /// <summary>The objects this one is garbage-collected with.</summary>
    public ImmutableArray<OwnerReference>? OwnerReferences
    {
        get => _rare?.OwnerReferences;
        init => _rare = value is null && _rare is null ? null : ((_rare ?? RareMeta.None) with { OwnerReferences = value }).OrNull();
    }

    /// <summary>The name within the cluster: <c>namespace/name</c>, or the name alone.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Namespace, Name);

    /// <summary>What few objects have.</summary>
    private sealed record RareMeta
    {
        public static RareMeta None { get; } = new();

        public string? Uid { get; init; }

        public string? ResourceVersion { get; init; }

        public DateTimeOffset? DeletionTimestamp { get; init; }

        public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

        public ImmutableArray<string>? Finalizers { get; init; }

        public ImmutableArray<OwnerReference>? OwnerReferences { get; init; }

        public RareMeta? OrNull() => this == None ? null : this;
    }
}
