using Overlay.Api.Objects;

namespace Overlay.Kube.Core;

/// <summary>core/v1 Namespace: its labels are what policies select by.</summary>
public sealed record Namespace : IEntity<Namespace>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "Namespace", "namespaces", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Namespace";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();
}
