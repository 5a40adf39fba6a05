using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A node's rules for Services, as far as the chart's pods need them: TCP, to one of the pods. Pure.</summary>
internal static class ServiceRules
{
    private const string Table = "services-of-the-test";

    /// <summary>The text for nft.</summary>
    /// <param name="apiServer">The address of the Service <c>kubernetes</c>.</param>
    /// <param name="server">Where that leads.</param>
    /// <param name="services">The others.</param>
    /// <param name="pods">All pods.</param>
    public static string Text(IPEndPoint apiServer, IPEndPoint server, IReadOnlyList<JsonObject> services, IReadOnlyList<JsonObject> pods)
    {
        var rules = string.Join("; ", services.SelectMany(service => Of(service, pods)).Prepend(Rule(apiServer, server)));
        return $$"""
            table ip {{Table}}
            delete table ip {{Table}}
            table ip {{Table}} {
                chain output { type nat hook output priority -100; {{rules}}; }
                chain prerouting { type nat hook prerouting priority -100; {{rules}}; }
            }
            """;
    }

    private static IEnumerable<string> Of(JsonObject service, IReadOnlyList<JsonObject> pods)
    {
        var wanted = service["spec"]!["selector"] as JsonObject ?? [];
        var pod = pods.FirstOrDefault(p => wanted.Count > 0 && Rollout.IsReady(p) && SameNamespace(p, service) && wanted.All(pair => (string?)p["metadata"]!["labels"]?[pair.Key] == (string)pair.Value!));
        if (pod is null || (string?)service["spec"]!["clusterIP"] is not { Length: > 0 } and not "None")
            yield break;
        foreach (var port in service["spec"]!["ports"]!.AsArray().OfType<JsonObject>())
            yield return Rule(At(service["spec"]!["clusterIP"]!, (int)port["port"]!), At(pod["status"]!["podIP"]!, PortOf(pod, port["targetPort"] ?? port["port"]!)));
    }

    private static bool SameNamespace(JsonObject pod, JsonObject service) => (string)pod["metadata"]!["namespace"]! == (string)service["metadata"]!["namespace"]!;

    private static IPEndPoint At(JsonNode address, int port) => new(IPAddress.Parse((string)address!), port);

    private static int PortOf(JsonObject pod, JsonNode asked) => int.TryParse(asked.ToString(), CultureInfo.InvariantCulture, out var number)
        ? number
        : (int)pod["spec"]!["containers"]!.AsArray().SelectMany(c => c!["ports"] as JsonArray ?? []).First(p => (string?)p!["name"] == (string)asked!)!["containerPort"]!;

    private static string Rule(IPEndPoint service, IPEndPoint to) => $"ip daddr {service.Address} tcp dport {service.Port} dnat to {to}";
}
