using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Kube.Core;

/// <summary>core/v1 Node, cut to who it is and how to reach it.</summary>
public sealed record Node : IEntity<Node>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "Node", "nodes", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Node";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What keeps pods away from it.</summary>
    public NodeSpec? Spec { get; init; }

    /// <summary>Its addresses and conditions.</summary>
    public NodeStatus? Status { get; init; }
}

/// <summary>What keeps pods away from a node.</summary>
public sealed record NodeSpec
{
    /// <summary>The node's taints.</summary>
    public ImmutableArray<Taint>? Taints { get; init; }
}

/// <summary>Keeps pods away that do not tolerate it.</summary>
/// <param name="Key">The taint's key.</param>
/// <param name="Effect">NoSchedule, PreferNoSchedule or NoExecute.</param>
public sealed record Taint(string Key, string Effect)
{
    /// <summary>The taint's value.</summary>
    public string? Value { get; init; }
}

/// <summary>A node's addresses and conditions.</summary>
public sealed record NodeStatus
{
    /// <summary>Its addresses, of several types.</summary>
    public ImmutableArray<NodeAddress>? Addresses { get; init; }

    /// <summary>Its conditions, as NetworkUnavailable.</summary>
    public ImmutableArray<NodeCondition>? Conditions { get; init; }
}

/// <summary>An address of a node.</summary>
/// <param name="Type">InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.</param>
/// <param name="Address">The address or name.</param>
public sealed record NodeAddress(string Type, string Address);

/// <summary>One observed aspect of a node.</summary>
/// <param name="Type">As <c>Ready</c> or <c>NetworkUnavailable</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
public sealed record NodeCondition(string Type, string Status)
{
    /// <summary>A CamelCase word for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>When it was last observed.</summary>
    public DateTimeOffset? LastHeartbeatTime { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }
}
