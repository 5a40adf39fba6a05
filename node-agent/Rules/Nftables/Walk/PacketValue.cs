using System.Buffers.Binary;
using System.Text.Json;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>What an expression of a rule yields for a packet: a number, a name, an address, or of a concatenation a list of these. Pure.</summary>
internal static class PacketValue
{
    /// <summary>Evaluates.</summary>
    /// <param name="expression">The expression (libnftables-json(5)).</param>
    /// <param name="packet">The packet.</param>
    /// <param name="mark">Its mark, as rules before have left it.</param>
    /// <param name="turned">Whether constants are listed with their bytes turned (<see cref="ListedTable.TurnsConstants"/>).</param>
    /// <returns>Null where the packet has nothing such; the rule does not match then.</returns>
    /// <exception cref="WalkException">The expression is not known here.</exception>
    public static object? Of(JsonElement expression, TriedPacket packet, uint mark, bool turned = false)
    {
        switch (expression.ValueKind)
        {
            case JsonValueKind.Number: return expression.GetUInt64();
            case JsonValueKind.String: return expression.GetString();
        }

        var (kind, inner) = Single(expression);
        return kind switch
        {
            "meta" => Meta(inner.GetProperty("key").GetString()!, packet, mark),
            "ct" => Connection(inner.GetProperty("key").GetString()!),
            "payload" => Payload($"{inner.GetProperty("protocol").GetString()} {inner.GetProperty("field").GetString()}", packet),
            "concat" => Concatenation(inner, packet, mark, turned),
            "&" => Number(inner[0]) & Number(inner[1]),
            "|" => Number(inner[0]) | Number(inner[1]),
            _ => throw new WalkException($"the expression '{kind}'"),
        };

        ulong Number(JsonElement part) =>
            Of(part, packet, mark, turned) is not ulong number ? throw new WalkException($"'{kind}' of something that is no number")
            : turned && part.ValueKind == JsonValueKind.Number ? BinaryPrimitives.ReverseEndianness((uint)number)
            : number;
    }

    private static (string Kind, JsonElement Inner) Single(JsonElement expression)
    {
        foreach (var property in expression.EnumerateObject())
        {
            return (property.Name, property.Value);
        }

        throw new WalkException("an empty expression");
    }

    private static List<object>? Concatenation(JsonElement parts, TriedPacket packet, uint mark, bool turned)
    {
        var values = parts.EnumerateArray().Select(part => Of(part, packet, mark, turned)).ToList();
        return values.Contains(null) ? null : [.. values.OfType<object>()];
    }

    private static object Meta(string key, TriedPacket packet, uint mark) =>
        key switch
        {
            "iifname" => packet.From,
            "oifname" => packet.To,
            "iifgroup" => (ulong)packet.FromGroup,
            "oifgroup" => (ulong)packet.ToGroup,
            "mark" => (ulong)mark,
            "l4proto" => (ulong)packet.Protocol,
            "nfproto" => packet.Source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 2UL : 10UL,
            _ => throw new WalkException($"'meta {key}'"),
        };

    /// <summary>Conntrack has just met the connection.</summary>
    private static object Connection(string key) =>
        key switch
        {
            "mark" => 0UL,
            "state" => "new",
            "direction" => "original",
            _ => throw new WalkException($"'ct {key}'"),
        };

    private static object? Payload(string field, TriedPacket packet)
    {
        const byte icmp = 1, tcp = 6, udp = 17, icmp6 = 58;
        var four = packet.Source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        return field switch
        {
            "ip saddr" => four ? packet.Source : null,
            "ip daddr" => four ? packet.Destination : null,
            "ip6 saddr" => four ? null : packet.Source,
            "ip6 daddr" => four ? null : packet.Destination,
            "th sport" => (ulong)packet.SourcePort,
            "th dport" => (ulong)packet.DestinationPort,
            "tcp sport" => packet.Protocol == tcp ? (ulong)packet.SourcePort : null,
            "tcp dport" => packet.Protocol == tcp ? (ulong)packet.DestinationPort : null,
            "udp sport" => packet.Protocol == udp ? (ulong)packet.SourcePort : null,
            "udp dport" => packet.Protocol == udp ? (ulong)packet.DestinationPort : null,
            "icmp type" => packet.Protocol == icmp ? (ulong)(packet.SourcePort >> 8) : null,
            "icmpv6 type" => packet.Protocol == icmp6 ? (ulong)(packet.SourcePort >> 8) : null,
            _ => throw new WalkException($"the field '{field}'"),
        };
    }
}
