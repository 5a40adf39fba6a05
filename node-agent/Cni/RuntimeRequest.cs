using System.Collections.Immutable;
using System.Text.Json;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Shaping;

namespace Overlay.NodeAgent.Cni;

/// <summary>What the runtime asks for beside an interface: the capabilities that the network configuration list declares, as <c>runtimeConfig</c> brings them.</summary>
internal sealed record RuntimeRequest
{
    /// <summary>Nothing more than an interface.</summary>
    public static readonly RuntimeRequest None = new();

    /// <summary>Ports of the node that lead to the pod.</summary>
    public ImmutableArray<PortMapping> Ports { get; init; } = [];

    /// <summary>How fast the pod may receive and send; null: as fast as it can.</summary>
    public PodBandwidth? Bandwidth { get; init; }

    /// <summary>Reads it. Capabilities that we do not know are let be.</summary>
    /// <param name="runtimeConfig">The key's value; null when there is none.</param>
    /// <exception cref="CniException">7: which key is wrong, and how.</exception>
    public static RuntimeRequest Parse(JsonElement? runtimeConfig)
    {
        if (runtimeConfig is not { } config || config.ValueKind == JsonValueKind.Null)
            return None;
        if (config.ValueKind != JsonValueKind.Object)
            throw new CniException(CniErrorCode.BadConfiguration, $"runtimeConfig is a JSON {config.ValueKind}", "it must be an object");
        return new RuntimeRequest
        {
            Ports = config.TryGetProperty("portMappings", out var ports) ? PortMappingsJson.Parse(ports) : [],
            Bandwidth = config.TryGetProperty("bandwidth", out var bandwidth) ? PodBandwidth.Parse(bandwidth) : null,
        };
    }

    /// <summary>By content.</summary>
    public bool Equals(RuntimeRequest? other) => other is not null && Ports.AsSpan().SequenceEqual(other.Ports.AsSpan()) && Bandwidth == other.Bandwidth;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Ports.Length, Bandwidth);
}
