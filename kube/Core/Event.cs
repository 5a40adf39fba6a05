using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;

namespace Overlay.Kube.Core;

/// <summary>core/v1 Event: something worth a person's notice happened to an object.</summary>
public sealed record Event : IEntity<Event>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "Event", "events", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Event";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>The object it happened to.</summary>
    public ObjectReference InvolvedObject { get; set; } = new();

    /// <summary>Normal or Warning.</summary>
    public EventType Type { get; init; }

    /// <summary>A CamelCase word for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>What was being done, as <c>AllocateSubnet</c>.</summary>
    public string? Action { get; init; }

    /// <summary>Who says so (older form).</summary>
    public EventSource? Source { get; init; }

    /// <summary>Who says so.</summary>
    public string? ReportingComponent { get; init; }

    /// <summary>Which instance of <see cref="ReportingComponent"/> says so.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }

    /// <summary>When it first happened.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it last happened.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>When it happened, in microseconds.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }
}

/// <summary>How much an event matters.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Somebody should look at it.</summary>
    Warning,
}

/// <summary>Who says so.</summary>
/// <param name="Component">The program's name.</param>
public sealed record EventSource(string Component)
{
    /// <summary>The node it runs on.</summary>
    public string? Host { get; init; }
}

/// <summary>Points at an object (core/v1 ObjectReference).</summary>
public sealed record ObjectReference
{
    /// <summary>The object's group and version.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The object's kind.</summary>
    public string? Kind { get; init; }

    /// <summary>The object's namespace; null for cluster-scoped kinds.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>The object's UID.</summary>
    public string? Uid { get; init; }

    /// <summary>The version it was seen at.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>A reference to an entity.</summary>
    /// <param name="entity">The entity.</param>
    public static ObjectReference To<T>(T entity)
        where T : class, IEntity<T> => new()
        {
            ApiVersion = T.Definition.ApiVersion,
            Kind = T.Definition.Kind,
            Namespace = entity.Metadata.Namespace,
            Name = entity.Metadata.Name,
            Uid = entity.Metadata.Uid,
            ResourceVersion = entity.Metadata.ResourceVersion,
        };
}
