using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Overlay.NodeAgent.Cni;
using Overlay.Policy;

namespace Overlay.NodeAgent.Ports;

/// <summary>Reads the <c>portMappings</c> capability out of <c>runtimeConfig</c> (CNI conventions, "dynamic plugin specific fields"). Pure.</summary>
internal static class PortMappingsJson
{
    /// <summary>The mappings, each once.</summary>
    /// <exception cref="CniException">7: which entry is wrong, and how.</exception>
    public static ImmutableArray<PortMapping> Parse(JsonElement list)
    {
        if (list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            throw Bad($"runtimeConfig.portMappings is a JSON {list.ValueKind}", "it must be a list of objects with hostPort, containerPort, protocol and hostIP");
        var mappings = list.EnumerateArray().Select(Entry).Distinct().ToImmutableArray();
        foreach (var (mapping, before) in mappings.SelectMany((mapping, i) => mappings.Take(i).Select(before => (mapping, before))))
        {
            if (mapping.PodPort != before.PodPort && mapping.Overlaps(before))
                throw Bad($"runtimeConfig.portMappings leads one port of the node to two of the pod: {before} and {mapping}", "give each its own hostPort or hostIP");
        }

        return mappings;
    }

    private static PortMapping Entry(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            throw Bad($"runtimeConfig.portMappings has the entry {entry.GetRawText()}", "each entry must be an object");
        return new PortMapping(Address(entry), Protocol(entry), Port(entry, "hostPort"), Port(entry, "containerPort"));
    }

    private static ushort Port(JsonElement entry, string key) =>
        entry.TryGetAnyCase(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt16(out var port) && port > 0
            ? port
            : throw Bad($"{key} of the port mapping {entry.GetRawText()} is no port", "it must be a number from 1 to 65535");

    private static IpProtocol Protocol(JsonElement entry) =>
        Text(entry, "protocol").ToUpperInvariant() switch
        {
            "" or "TCP" => IpProtocol.TCP,
            "UDP" => IpProtocol.UDP,
            "SCTP" => IpProtocol.SCTP,
            _ => throw Bad($"protocol of the port mapping {entry.GetRawText()} is not known", "it must be TCP, UDP or SCTP"),
        };

    /// <remarks>An IPv4 address in IPv6's clothes is that IPv4 address; and what .NET takes for one beyond four decimal numbers is none.</remarks>
    private static IPAddress? Address(JsonElement entry)
    {
        var text = Text(entry, "hostIP");
        if (text.Length == 0)
            return null;
        if (!IPAddress.TryParse(text, out var address)
            || text.Contains('%', StringComparison.Ordinal)
            || (address.AddressFamily == AddressFamily.InterNetwork && !string.Equals(address.ToString(), text, StringComparison.Ordinal)))
            throw Bad($"hostIP of the port mapping {entry.GetRawText()} is no IP address", "it must be an address of this node, 0.0.0.0, :: or empty");
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static string Text(JsonElement entry, string key)
    {
        if (!entry.TryGetAnyCase(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad($"{key} of the port mapping {entry.GetRawText()} is a JSON {value.ValueKind}", "it must be a string");
    }

    private static CniException Bad(string message, string details) => new(CniErrorCode.BadConfiguration, message, details);
}
