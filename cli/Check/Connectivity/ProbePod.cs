using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>core/v1 Pod, cut to what makes a probe run, and to what of an agent's pod it is made after.</summary>
internal sealed record ProbePod : IEntity<ProbePod>
{
    /// <inheritdoc />
    public static EntityKind Definition => Pod.Definition;

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Pod";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What runs, and where.</summary>
    public ProbePodSpec Spec { get; init; } = new();

    /// <summary>Its phase and addresses.</summary>
    public PodStatus? Status { get; init; }
}

/// <summary>What runs in a probe's pod, and where.</summary>
internal sealed record ProbePodSpec
{
    /// <summary>The node: no scheduler is asked.</summary>
    public string? NodeName { get; init; }

    /// <summary>The containers.</summary>
    public ImmutableArray<ProbeContainer> Containers { get; init; } = [];

    /// <summary>Taints that it lives with.</summary>
    public ImmutableArray<ProbeToleration>? Tolerations { get; init; }

    /// <summary>Whether it gets a token for the API server.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>In seconds.</summary>
    public int? TerminationGracePeriodSeconds { get; init; }

    /// <summary>After so many seconds it is ended, should nobody clean up.</summary>
    public int? ActiveDeadlineSeconds { get; init; }
}

/// <summary>A container.</summary>
/// <param name="Name">Its name.</param>
internal sealed record ProbeContainer(string Name)
{
    /// <summary>What it runs from.</summary>
    public string? Image { get; init; }

    /// <summary>As <c>IfNotPresent</c>.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>The program and its arguments.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>Its variables.</summary>
    public ImmutableArray<ProbeVariable>? Env { get; init; }

    /// <summary>Its ports.</summary>
    public ImmutableArray<ContainerPort>? Ports { get; init; }

    /// <summary>Its rights.</summary>
    public ProbeRights? SecurityContext { get; init; }
}

/// <summary>A variable; one without a value of its own has it from elsewhere.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
internal sealed record ProbeVariable(string Name, string? Value);

/// <summary>A toleration; <c>Exists</c> without a key is all of them.</summary>
/// <param name="Operator">As <c>Exists</c>.</param>
internal sealed record ProbeToleration(string Operator);

/// <summary>The rights that Pod Security's profile "restricted" leaves.</summary>
internal sealed record ProbeRights
{
    /// <summary>Whether a program may get more rights than its parent has.</summary>
    public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Whether root is refused.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>The user.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Whether the image's files can not be written.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>Capabilities.</summary>
    public ProbeCapabilities? Capabilities { get; init; }

    /// <summary>Which system calls it may make.</summary>
    public ProbeSeccomp? SeccompProfile { get; init; }
}

/// <summary>Capabilities.</summary>
internal sealed record ProbeCapabilities
{
    /// <summary>Those taken away.</summary>
    public ImmutableArray<string>? Drop { get; init; }
}

/// <summary>Which system calls a container may make.</summary>
/// <param name="Type">As <c>RuntimeDefault</c>.</param>
internal sealed record ProbeSeccomp(string Type);

/// <summary>How these are read and written.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProbePod))]
internal sealed partial class ProbeJson : JsonSerializerContext;
