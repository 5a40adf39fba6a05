using System.Net;
using System.Text.Json;

namespace Overlay.NodeAgent.Cni;

/// <summary>Reads what an earlier plugin, or our own ADD, left in <c>prevResult</c>.</summary>
internal static class PreviousResults
{
    /// <summary>The result itself, when its lists are lists of objects; error 7 otherwise.</summary>
    public static JsonElement Checked(JsonElement result)
    {
        foreach (var key in (ReadOnlySpan<string>)["interfaces", "ips", "routes"])
        {
            if (!result.TryGetProperty(key, out var list) || list.ValueKind == JsonValueKind.Null)
                continue;
            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.Object))
                throw new CniException(
                    CniErrorCode.BadConfiguration,
                    $"prevResult.{key} is not a list of objects",
                    "the runtime must pass the result of the previous plugin or of ADD unchanged"
                );
        }

        return result;
    }

    /// <summary>The objects of one of the result's lists.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement? result, string key) =>
        result is { } some && some.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>The addresses that the result gives to interfaces inside a sandbox or to none in particular.</summary>
    public static IReadOnlySet<IPAddress> Addresses(JsonElement result) =>
        Items(result, "ips")
            .Select(ip => ip.TryGetProperty("address", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null)
            .Select(text => IPNetwork.TryParse(text, out var network) ? Host(text!) ?? network.BaseAddress : null)
            .OfType<IPAddress>()
            .ToHashSet();

    /// <summary>The names of the interfaces inside a sandbox.</summary>
    public static IReadOnlySet<string> SandboxInterfaces(JsonElement result) =>
        Items(result, "interfaces")
            .Where(i => i.TryGetProperty("sandbox", out var sandbox) && sandbox.ValueKind == JsonValueKind.String && sandbox.GetString() is { Length: > 0 })
            .Select(i => i.TryGetProperty("name", out var name) ? name.GetString() : null)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

    private static IPAddress? Host(string cidr) => IPAddress.TryParse(cidr.AsSpan(0, cidr.IndexOf('/', StringComparison.Ordinal)), out var a) ? a : null;
}
