using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Objects;

namespace Overlay.Cli.Check;

/// <summary>core/v1 Node, cut to what a check needs.</summary>
internal sealed record CheckedNode : IEntity<CheckedNode>
{
    /// <inheritdoc />
    public static EntityKind Definition => Kube.Core.Node.Definition;

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Node";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>Addresses and versions.</summary>
    public CheckedNodeStatus? Status { get; init; }
}

/// <summary>A node's addresses and versions.</summary>
internal sealed record CheckedNodeStatus
{
    /// <summary>Its addresses, of several types.</summary>
    public ImmutableArray<Kube.Core.NodeAddress>? Addresses { get; init; }

    /// <summary>What pods may have of it: <c>pods</c> is how many.</summary>
    public ImmutableSortedDictionary<string, string>? Allocatable { get; init; }

    /// <summary>What runs on it.</summary>
    public CheckedNodeInfo? NodeInfo { get; init; }
}

/// <summary>What runs on a node.</summary>
internal sealed record CheckedNodeInfo
{
    /// <summary>As <c>6.1.0-18-amd64</c>.</summary>
    public string KernelVersion { get; init; } = "";

    /// <summary>As <c>containerd://2.1.0</c>.</summary>
    public string ContainerRuntimeVersion { get; init; } = "";

    /// <summary>As <c>linux</c>.</summary>
    public string OperatingSystem { get; init; } = "";
}

/// <summary>core/v1 Service, cut to its addresses.</summary>
internal sealed record CheckedService : IEntity<CheckedService>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "Service", "services", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "Service";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>Its addresses.</summary>
    public CheckedServiceSpec? Spec { get; init; }
}

/// <summary>A Service's addresses.</summary>
internal sealed record CheckedServiceSpec
{
    /// <summary>One of each family at most; <c>None</c> for a headless one.</summary>
    [JsonPropertyName("clusterIPs")]
    public ImmutableArray<string>? ClusterIps { get; init; }
}

/// <summary>networking.k8s.io/v1 ServiceCIDR (since Kubernetes 1.33).</summary>
internal sealed record CheckedServiceCidr : IEntity<CheckedServiceCidr>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "networking.k8s.io/v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "ServiceCIDR";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>The ranges.</summary>
    public CheckedServiceCidrSpec? Spec { get; init; }
}

/// <summary>The ranges that Services' addresses come from.</summary>
internal sealed record CheckedServiceCidrSpec
{
    /// <summary>One of each family at most.</summary>
    public ImmutableArray<string>? Cidrs { get; init; }
}

/// <summary>core/v1 ConfigMap, cut to its texts.</summary>
internal sealed record CheckedConfigMap : IEntity<CheckedConfigMap>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("", "v1", "ConfigMap", "configmaps", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string Kind { get; set; } = "ConfigMap";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>The texts by their keys.</summary>
    public ImmutableSortedDictionary<string, string>? Data { get; init; }
}

/// <summary>How these are read.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckedNode))]
[JsonSerializable(typeof(CheckedService))]
[JsonSerializable(typeof(CheckedServiceCidr))]
[JsonSerializable(typeof(CheckedConfigMap))]
internal sealed partial class CheckedJson : JsonSerializerContext;
