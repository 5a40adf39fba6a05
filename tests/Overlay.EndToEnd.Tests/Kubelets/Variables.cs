using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A container's variables, as a kubelet finds them. Pure.</summary>
internal static partial class Variables
{
    /// <summary>Of the Service <c>kubernetes</c>, of those of its namespace, and its own.</summary>
    /// <param name="pod">Its pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="server">The address of the Service <c>kubernetes</c>.</param>
    /// <param name="services">The Services of its namespace, if it wants to know them.</param>
    /// <param name="nodeAddress">The node's.</param>
    /// <param name="podAddress">The pod's.</param>
    public static IReadOnlyDictionary<string, string> Of(KubePod pod, JsonObject container, IPEndPoint server, IReadOnlyList<JsonObject> services, IPAddress nodeAddress, IPAddress podAddress)
    {
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KUBERNETES_SERVICE_HOST"] = server.Address.ToString(),
            ["KUBERNETES_SERVICE_PORT"] = port,
            ["KUBERNETES_SERVICE_PORT_HTTPS"] = port,
            ["KUBERNETES_PORT"] = $"tcp://{server}",
            [$"KUBERNETES_PORT_{port}_TCP"] = $"tcp://{server}",
            [$"KUBERNETES_PORT_{port}_TCP_PROTO"] = "tcp",
            [$"KUBERNETES_PORT_{port}_TCP_PORT"] = port,
            [$"KUBERNETES_PORT_{port}_TCP_ADDR"] = server.Address.ToString(),
        };
        foreach (var service in services.Where(s => (string?)s["spec"]!["clusterIP"] is { Length: > 0 } and not "None"))
        {
            var prefix = ((string)service["metadata"]!["name"]!).ToUpperInvariant().Replace('-', '_') + "_SERVICE_";
            variables[prefix + "HOST"] = (string)service["spec"]!["clusterIP"]!;
            variables[prefix + "PORT"] = service["spec"]!["ports"]![0]!["port"]!.ToString();
        }

        foreach (var variable in (container["env"] as JsonArray ?? []).OfType<JsonObject>())
        {
            variables[(string)variable["name"]!] = (string?)variable["valueFrom"]?["fieldRef"]?["fieldPath"] is { } field
                ? Field(field)
                : variable["valueFrom"] is { } other ? throw new NotSupportedException($"env from {other.ToJsonString()}") : Expand((string?)variable["value"] ?? "", variables);
        }

        return variables;

        string Field(string path) => path switch
        {
            "metadata.name" => pod.Name,
            "metadata.namespace" => pod.Namespace,
            "metadata.uid" => pod.Uid,
            "spec.nodeName" => (string)pod.Spec["nodeName"]!,
            "spec.serviceAccountName" => pod.ServiceAccount,
            "status.hostIP" => nodeAddress.ToString(),
            "status.podIP" => podAddress.ToString(),
            _ => throw new NotSupportedException($"fieldRef {path}"),
        };
    }

    /// <summary>Puts values in for <c>$(NAME)</c>; what is not known stays as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        Reference().Replace(text, found => variables.GetValueOrDefault(found.Groups["name"].Value) ?? found.Value);

    [GeneratedRegex(@"\$\((?<name>[A-Za-z_][A-Za-z0-9_]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
