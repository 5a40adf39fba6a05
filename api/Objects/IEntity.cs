namespace Overlay.Api.Objects;

/// <summary>A Kubernetes object, as KubeOps names it: an entity has a kind and metadata.</summary>
public interface IEntity
{
    /// <summary>Group and version, as <c>overlay-cni.io/v1alpha1</c> or <c>v1</c>.</summary>
    string ApiVersion { get; }

    /// <summary>The kind, as <c>Subnet</c>.</summary>
    string Kind { get; }

    /// <summary>Name, labels, versions.</summary>
    ObjectMeta Metadata { get; }
}

/// <summary>An entity type that says where the API server keeps it.</summary>
/// <typeparam name="TSelf">The entity type itself.</typeparam>
public interface IEntity<TSelf> : IEntity
    where TSelf : IEntity<TSelf>
{
    /// <summary>Group, version, kind, plural and scope.</summary>
    static abstract EntityKind Definition { get; }
}
