namespace Overlay.Api.Flows;

/// <summary>One end of a flow.</summary>
public sealed record FlowEnd
{
    /// <summary>What it is.</summary>
    public FlowEndKind Kind { get; set; }

    /// <summary>The pod's namespace; null where it is no pod, or one of which nothing is known.</summary>
    public string? Namespace { get; set; }

    /// <summary>The pod's name; null where it is on another node (an agent knows only its own node's pods).</summary>
    public string? Pod { get; set; }

    /// <summary>The labels that tell its workload, as <c>app=front,tier=web</c>.</summary>
    public string? Workload { get; set; }

    /// <summary>The tag that its packets carry, as far as it is known.</summary>
    public int? Tag { get; set; }

    /// <summary>The address.</summary>
    public string Address { get; set; } = "";

    /// <summary>The port; null where the protocol has none, or it could not be read.</summary>
    public int? Port { get; set; }
}

/// <summary>What an end of a flow is.</summary>
public enum FlowEndKind
{
    /// <summary>Outside of the overlay, or nobody knows.</summary>
    Outside,

    /// <summary>A node.</summary>
    Node,

    /// <summary>A pod; without a namespace: one whose tag is not known.</summary>
    Pod,
}
