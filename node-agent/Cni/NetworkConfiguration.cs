using System.Text.Json;
using Overlay.Api.Network;

namespace Overlay.NodeAgent.Cni;

/// <summary>The network configuration that a runtime writes on stdin, judged by the spec's section 1.</summary>
internal sealed record NetworkConfiguration
{
    private NetworkConfiguration() { }

    /// <summary>The spec version to speak.</summary>
    public required CniVersion Version { get; init; }

    /// <summary>The network's name on this node.</summary>
    public required string Name { get; init; }

    /// <summary>What the plugins before us made, or what we made when CHECK and DEL are asked; null when absent.</summary>
    public JsonElement? PreviousResult { get; init; }

    /// <summary>The attachments that GC must keep; null when the key is missing, which is not the same as empty.</summary>
    public IReadOnlySet<(string ContainerId, string InterfaceName)>? ValidAttachments { get; init; }

    /// <summary>
    /// What the runtime brings for the capabilities that the list declares; null when absent. Read by who needs it (<see cref="RuntimeRequest"/>): DEL must
    /// not fail for a mistake in it.
    /// </summary>
    public JsonElement? RuntimeConfig { get; init; }

    /// <summary>Reads a configuration. What it does not know (capabilities, args) is let be.</summary>
    /// <exception cref="CniException">Codes 1, 2, 6, 7, saying which key and how to mend it.</exception>
    public static NetworkConfiguration Parse(ReadOnlyMemory<byte> json)
    {
        using var document = Decode(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new CniException(CniErrorCode.Undecodable, $"the network configuration is a JSON {root.ValueKind}", "it must be an object");

        var version = CniVersions.Parse(Text(root, "cniVersion"));
        var name = Text(root, "name");
        if (!CniNames.IsIdentifier(name))
            throw Bad(
                name.Length == 0 ? "the network configuration has no name" : $"the network's name is \"{name}\"",
                "set name to letters, digits, '_', '.' and '-', beginning with a letter or digit"
            );
        RefuseUnsupported(root);
        return new NetworkConfiguration
        {
            Version = version,
            Name = name,
            PreviousResult = Object(root, "prevResult") is { } previous ? PreviousResults.Checked(previous.Clone()) : null,
            RuntimeConfig = root.TryGetProperty("runtimeConfig", out var runtimeConfig) ? runtimeConfig.Clone() : null,
            ValidAttachments = Attachments(root, "cni.dev/valid-attachments") ?? Attachments(root, "cni.dev/attachments"),
        };
    }

    private static JsonDocument Decode(ReadOnlyMemory<byte> json)
    {
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
            throw new CniException(CniErrorCode.Undecodable, "stdin is empty", "write the network configuration (JSON) to the plugin's stdin");
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException cause)
        {
            throw new CniException(
                CniErrorCode.Undecodable,
                $"the network configuration is not JSON: {cause.Message}",
                "mend the file in /etc/cni/net.d",
                cause
            );
        }
    }

    private static void RefuseUnsupported(JsonElement root)
    {
        if (Object(root, "ipam") is { } ipam && Text(ipam, "type") is { Length: > 0 } type)
            throw new CniException(
                CniErrorCode.UnsupportedField,
                $"ipam.type is \"{type}\"",
                "remove ipam: Overlay gives addresses out of the node's Subnet by itself"
            );
        if (Text(root, "overlayNetwork") is { Length: > 0 } network && !string.Equals(network, OverlayNetwork.DefaultName, StringComparison.Ordinal))
            throw Bad(
                $"overlayNetwork is \"{network}\", and there is no such network",
                $"remove it, or set it to \"{OverlayNetwork.DefaultName}\": a cluster has one OverlayNetwork"
            );
    }

    private static HashSet<(string, string)>? Attachments(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var list))
            return null;
        if (list.ValueKind != JsonValueKind.Array)
            throw Bad($"{key} is a JSON {list.ValueKind}", "it must be a list of objects with containerID and ifname");
        var kept = new HashSet<(string, string)>();
        foreach (var item in list.EnumerateArray())
        {
            var (container, name) = item.ValueKind == JsonValueKind.Object ? (Text(item, "containerID"), Text(item, "ifname")) : ("", "");
            if (container.Length == 0 || name.Length == 0)
                throw Bad($"{key} has the entry {item.GetRawText()}", "each entry needs containerID and ifname; nothing was collected");
            kept.Add((container, name));
        }

        return kept;
    }

    private static JsonElement? Object(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Bad($"{key} is a JSON {value.ValueKind}", "it must be an object");
    }

    private static string Text(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad($"{key} is a JSON {value.ValueKind}", "it must be a string");
    }

    private static CniException Bad(string message, string details) => new(CniErrorCode.BadConfiguration, message, details);
}
