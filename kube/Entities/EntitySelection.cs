namespace Overlay.Kube.Entities;

/// <summary>Which objects of a kind are meant.</summary>
public sealed record EntitySelection
{
    /// <summary>All objects of the kind.</summary>
    public static readonly EntitySelection All = new();

    /// <summary>Only those in this namespace; null: in all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only those with these labels, as <c>app=shop,tier!=db</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only those with these fields, as <c>spec.nodeName=node-1</c>.</summary>
    public string? FieldSelector { get; init; }
}
