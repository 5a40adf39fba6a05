using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Kube.Core;

/// <summary>core/v1 Pod, cut to what the data plane needs.</summary>
public sealed record Pod : IEntity<Pod>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "Pod", "pods", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Pod";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>Where it runs and which ports it names.</summary>
    public PodSpec Spec { get; set; } = new();

    /// <summary>Its phase and addresses.</summary>
    public PodStatus? Status { get; init; }

    /// <summary>Whether all containers have ended for good; a pod that only terminates still sends.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasEnded => Status?.Phase is PodPhase.Succeeded or PodPhase.Failed;
}

/// <summary>Where a pod runs and which ports it names.</summary>
public sealed record PodSpec
{
    /// <summary>The node; null while it is not scheduled.</summary>
    public string? NodeName { get; init; }

    /// <summary>Whether the pod shares the node's network; such a pod is a node, not a pod, to us.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Its containers.</summary>
    public ImmutableArray<Container>? Containers { get; init; }

    /// <summary>The containers that run before those; some run on beside them.</summary>
    public ImmutableArray<Container>? InitContainers { get; init; }

    /// <summary>The ports that the containers declare under a name; those of init containers count where they run on (sidecars, KEP-753).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<ContainerPort> NamedPorts =>
        (Containers ?? [])
            .Concat((InitContainers ?? []).Where(container => container.RestartPolicy is "Always"))
            .SelectMany(container => container.Ports ?? [])
            .Where(port => port.Name is { Length: > 0 } && port.Port is >= 1 and <= ushort.MaxValue);
}

/// <summary>A container, cut to its ports.</summary>
/// <param name="Name">The container's name.</param>
public sealed record Container(string Name)
{
    /// <summary>The ports it declares; only named ones matter to policies.</summary>
    public ImmutableArray<ContainerPort>? Ports { get; init; }

    /// <summary>Of an init container: <c>Always</c> makes it a sidecar. Null otherwise.</summary>
    public string? RestartPolicy { get; init; }
}

/// <summary>A declared port.</summary>
/// <param name="Port">The port number, 1 to 65535.</param>
public sealed record ContainerPort([property: System.Text.Json.Serialization.JsonPropertyName("containerPort")] int Port)
{
    /// <summary>The name that a policy may use.</summary>
    public string? Name { get; init; }

    /// <summary>TCP, UDP or SCTP; null is TCP.</summary>
    public string? Protocol { get; init; }
}

/// <summary>A pod's phase and addresses.</summary>
public sealed record PodStatus
{
    /// <summary>Where the pod is in its life.</summary>
    public PodPhase? Phase { get; init; }

    /// <summary>The first of <see cref="PodIPs"/>.</summary>
    public string? PodIP { get; init; }

    /// <summary>All addresses, one of each family at most.</summary>
    public ImmutableArray<PodIP>? PodIPs { get; init; }
}

/// <summary>An address of a pod.</summary>
/// <param name="Ip">The address.</param>
public sealed record PodIP(string Ip);

/// <summary>Where a pod is in its life.</summary>
public enum PodPhase
{
    /// <summary>The node is lost.</summary>
    Unknown,

    /// <summary>Not all containers have started.</summary>
    Pending,

    /// <summary>At least one container runs.</summary>
    Running,

    /// <summary>All containers ended well, none will be started again.</summary>
    Succeeded,

    /// <summary>All containers ended, one at least badly.</summary>
    Failed,
}
