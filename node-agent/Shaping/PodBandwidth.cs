using System.Text.Json;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Shaping;

/// <summary>How fast a pod may receive and send: CNI's capability <c>bandwidth</c>, Kubernetes' annotations <c>kubernetes.io/ingress-bandwidth</c> and <c>egress-bandwidth</c>.</summary>
/// <param name="Ingress">What it receives; null: as it comes.</param>
/// <param name="Egress">What it sends; null: as it comes.</param>
internal sealed record PodBandwidth(RateLimit? Ingress, RateLimit? Egress)
{
    /// <summary>What containerd always passes for a burst, since the annotations know none: no wish of anybody's.</summary>
    private const ulong NoWish = uint.MaxValue;

    /// <summary>Reads the capability; null when nothing is limited.</summary>
    /// <exception cref="CniException">7: which key is wrong, and how.</exception>
    public static PodBandwidth? Parse(JsonElement bandwidth)
    {
        if (bandwidth.ValueKind == JsonValueKind.Null)
            return null;
        if (bandwidth.ValueKind != JsonValueKind.Object)
            throw Bad($"runtimeConfig.bandwidth is a JSON {bandwidth.ValueKind}", "it must be an object with ingressRate, ingressBurst, egressRate and egressBurst");
        var (ingress, egress) = (Limit(bandwidth, "ingressRate", "ingressBurst"), Limit(bandwidth, "egressRate", "egressBurst"));
        return ingress is null && egress is null ? null : new PodBandwidth(ingress, egress);
    }

    private static RateLimit? Limit(JsonElement bandwidth, string rateKey, string burstKey)
    {
        var (rate, burst) = (Bits(bandwidth, rateKey), Bits(bandwidth, burstKey));
        if (rate == 0)
            return burst is 0 or NoWish ? null : throw Bad($"runtimeConfig.bandwidth has {burstKey} and no {rateKey}", $"set {rateKey}, in bits a second");
        return new RateLimit(rate, burst is 0 or NoWish ? null : burst);
    }

    private static ulong Bits(JsonElement bandwidth, string key)
    {
        if (!bandwidth.TryGetAnyCase(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var bits)
            ? bits
            : throw Bad($"runtimeConfig.bandwidth.{key} is {value.GetRawText()}", "it must be a number of bits, 0 or more");
    }

    private static CniException Bad(string message, string details) => new(CniErrorCode.BadConfiguration, message, details);
}
