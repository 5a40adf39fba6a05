using System.Globalization;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Runtime;

/// <summary>
/// What a runtime hands over for the capabilities that the conflist declares, read off the pod as the kubelet and containerd do: hostPort of its containers, bandwidth
/// annotations. Pure.
/// </summary>
internal static class Capabilities
{
    private const string Annotations = "kubernetes.io/";

    /// <summary>The value of <c>runtimeConfig</c>; null when the pod asks for none of it.</summary>
    public static JsonObject? Of(PodView pod)
    {
        var config = new JsonObject();
        JsonObject[] ports = [.. pod.Containers.SelectMany(c => c["ports"]?.AsArray().Select(p => p!.AsObject()) ?? []).Where(p => (int?)p["hostPort"] is > 0).Select(Mapping)];
        if (ports.Length > 0)
            config["portMappings"] = new JsonArray([.. ports]);
        if (Bandwidth(pod) is { Count: > 0 } bandwidth)
            config["bandwidth"] = bandwidth;
        return config.Count > 0 ? config : null;
    }

    private static JsonObject Mapping(JsonObject port) =>
        new()
        {
            ["hostPort"] = (int)port["hostPort"]!,
            ["containerPort"] = (int)port["containerPort"]!,
            ["protocol"] = ((string?)port["protocol"] ?? "TCP").ToLowerInvariant(),
            ["hostIP"] = (string?)port["hostIP"] ?? "",
        };

    private static JsonObject Bandwidth(PodView pod)
    {
        var limits = new JsonObject();
        foreach (var direction in (ReadOnlySpan<string>)["ingress", "egress"])
        {
            if (pod.Annotation($"{Annotations}{direction}-bandwidth") is not { } quantity)
                continue;
            limits[$"{direction}Rate"] = Bits(quantity);
            limits[$"{direction}Burst"] = uint.MaxValue; // as containerd does
        }

        return limits;
    }

    /// <summary>A quantity with a decimal suffix, as <c>10M</c>.</summary>
    private static ulong Bits(string quantity)
    {
        var factor = quantity[^1] switch
        {
            'k' => 1_000ul,
            'M' => 1_000_000ul,
            'G' => 1_000_000_000ul,
            _ => 1ul,
        };
        return factor * ulong.Parse(factor == 1 ? quantity : quantity[..^1], CultureInfo.InvariantCulture);
    }
}
