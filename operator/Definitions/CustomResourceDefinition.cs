using Overlay.Api.Objects;

namespace Overlay.Operator.Definitions;

/// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition, cut to its name: the rest goes from file to server unread.</summary>
internal sealed record CustomResourceDefinition : IEntity<CustomResourceDefinition>
{
    public static EntityKind Definition { get; } = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    public string ApiVersion { get; set; } = "apiextensions.k8s.io/v1";

    public string Kind { get; set; } = "CustomResourceDefinition";

    public ObjectMeta Metadata { get; set; } = new();
}
