using System.Text.Json;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>Compares what a packet has with what stands in a rule. Pure.</summary>
internal static class Comparison
{
    private static readonly Dictionary<string, ulong> Protocols = new(StringComparer.Ordinal)
    {
        ["icmp"] = 1, ["tcp"] = 6, ["udp"] = 17, ["ipv6-icmp"] = 58, ["icmpv6"] = 58, ["sctp"] = 132, ["ipv4"] = 2, ["ipv6"] = 10,
    };

    /// <summary>Whether it holds.</summary>
    /// <param name="left">What the packet has.</param>
    /// <param name="op">nft's operator.</param>
    /// <param name="right">What stands in the rule.</param>
    /// <exception cref="WalkException">The comparison is not known here.</exception>
    public static bool Holds(object left, string op, JsonElement right) =>
        (left, right.ValueKind) switch
        {
            (ulong number, JsonValueKind.Number) => Numbers(number, op, right.GetUInt64()),
            (ulong number, JsonValueKind.String) when Protocols.TryGetValue(right.GetString()!, out var protocol) => Numbers(number, op, protocol),
            (ulong number, JsonValueKind.Object) when right.TryGetProperty("prefix", out var prefix) => op is "!=" != Begins(number, prefix),
            (string name, JsonValueKind.String) => op is "!=" != Names(name, right.GetString()!),
            (string name, JsonValueKind.Array) => op is "!=" != right.EnumerateArray().Any(one => Names(name, one.GetString()!)),
            (string name, JsonValueKind.Object) when right.TryGetProperty("set", out var set) => Holds(name, op, set),
            _ => throw new WalkException($"a comparison with {right}"),
        };

    // nft writes a masked comparison of a 32-bit number, as of an interface's group, as a prefix of it.
    private static bool Begins(ulong number, JsonElement prefix)
    {
        var free = 32 - prefix.GetProperty("len").GetInt32();
        return number >> free == prefix.GetProperty("addr").GetUInt64() >> free;
    }

    private static bool Names(string name, string pattern) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private static bool Numbers(ulong left, string op, ulong right) =>
        op switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            _ => throw new WalkException($"the operator {op}"),
        };
}
