namespace Overlay.Api.Schema;

/// <summary>How a kind shows itself to <c>kubectl</c>: short names and categories.</summary>
/// <param name="shortNames">What <c>kubectl get</c> takes besides the plural.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ResourceAttribute(params string[] shortNames) : Attribute
{
    /// <summary>What <c>kubectl get</c> takes besides the plural.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;

    /// <summary>The group of kinds that <c>kubectl get overlay</c> lists; null: none.</summary>
    public string? Category { get; init; } = "overlay";

    /// <summary>Where the API was approved, which API servers ask of definitions in Kubernetes' own groups (<c>*.k8s.io</c>); null for others.</summary>
    public string? Approval { get; init; }

    /// <summary>The folder within crds/ that the definition lies in; empty: crds/ itself.</summary>
    public string Folder { get; init; } = "";
}
