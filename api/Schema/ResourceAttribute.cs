namespace Overlay.Api.Schema;

/// <summary>How a kind shows itself to <c>kubectl</c>: short names and categories.</summary>
/// <param name="shortNames">What <c>kubectl get</c> takes besides the plural.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ResourceAttribute(params string[] shortNames) : Attribute
{
    /// <summary>What <c>kubectl get</c> takes besides the plural.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;

    /// <summary>The group of kinds that <c>kubectl get overlay</c> lists.</summary>
    public string Category { get; init; } = "overlay";
}
