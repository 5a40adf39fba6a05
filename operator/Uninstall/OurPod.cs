using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Operator.Uninstall;

/// <summary>core/v1 Pod, cut to where it runs and how its init containers ended.</summary>
internal sealed record OurPod : IEntity<OurPod>
{
    public static EntityKind Definition { get; } = new("", "v1", "Pod", "pods", true);

    public string ApiVersion { get; set; } = "v1";

    public string Kind { get; set; } = "Pod";

    public ObjectMeta Metadata { get; set; } = new();

    public OurPodSpec Spec { get; set; } = new();

    public OurPodStatus? Status { get; init; }

    /// <summary>
    /// Whether its init container has ended well. Not whether the pod is ready: the node turns NotReady when its network is cleaned away, and the
    /// control plane then says the same of all its pods.
    /// </summary>
    public bool HasCleaned() => (Status?.InitContainerStatuses ?? []).Any(c => c.State?.Terminated is { ExitCode: 0 });

    /// <summary>What the init container said when it last failed; null: it has not failed.</summary>
    public string? Complaint() =>
        (Status?.InitContainerStatuses ?? [])
            .Select(c => c.LastState?.Terminated ?? c.State?.Terminated)
            .FirstOrDefault(t => t is { ExitCode: not 0 })
            is { } ended ? ended.Message ?? $"exit code {ended.ExitCode}" : null;
}

/// <summary>Where a pod runs.</summary>
internal sealed record OurPodSpec
{
    public string? NodeName { get; init; }
}

/// <summary>How a pod is.</summary>
internal sealed record OurPodStatus
{
    public ImmutableArray<InitStatus>? InitContainerStatuses { get; init; }
}

/// <summary>How an init container is and was.</summary>
internal sealed record InitStatus
{
    public ContainerState? State { get; init; }

    public ContainerState? LastState { get; init; }
}

/// <summary>How a container is; null where it is not so.</summary>
internal sealed record ContainerState
{
    public EndedState? Terminated { get; init; }
}

/// <summary>How a container ended.</summary>
internal sealed record EndedState(int ExitCode)
{
    public string? Message { get; init; }
}
