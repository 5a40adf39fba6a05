using System.Collections.Immutable;
using System.Text.Json;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>The shape of a set's or map's key.</summary>
/// <param name="Types">Its components' types, by nft's names.</param>
/// <param name="HasIntervals">Whether it holds intervals.</param>
internal sealed record ListedSet(ImmutableArray<string> Types, bool HasIntervals)
{
    /// <summary>Reads a listed one. A set that was declared by <c>typeof</c> is listed by its types up to nft 1.0, by its expressions since 1.1.</summary>
    /// <param name="set">As in libnftables-json(5).</param>
    /// <exception cref="JsonException">It has no type.</exception>
    public static ListedSet Of(JsonElement set) =>
        new(
            TypesOf(set.GetProperty("type")),
            set.TryGetProperty("flags", out var flags) && flags.ToString().Contains("interval", StringComparison.Ordinal));

    private static ImmutableArray<string> TypesOf(JsonElement type) =>
        type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => [.. type.EnumerateArray().Select(t => t.GetString()!)],
            JsonValueKind.Object when type.TryGetProperty("typeof", out var expression) =>
                expression.TryGetProperty("concat", out var parts) ? [.. parts.EnumerateArray().Select(TypeOf)] : [TypeOf(expression)],
            _ => throw new JsonException($"a set's type is not known: {type}"),
        };

    /// <returns>What an expression yields; for one that our sets are not declared by, its own text, which no value fits.</returns>
    private static string TypeOf(JsonElement expression)
    {
        if (expression.TryGetProperty("meta", out var meta))
        {
            return meta.GetProperty("key").GetString() switch
            {
                "mark" => "mark",
                "iifgroup" or "oifgroup" => "devgroup",
                "iifname" or "oifname" => "ifname",
                "l4proto" => "inet_proto",
                "nfproto" => "nf_proto",
                _ => meta.ToString(),
            };
        }

        return expression.TryGetProperty("payload", out var payload)
            ? (payload.GetProperty("protocol").GetString(), payload.GetProperty("field").GetString()) switch
            {
                ("ip", "saddr" or "daddr") => "ipv4_addr",
                ("ip6", "saddr" or "daddr") => "ipv6_addr",
                ("ether", "saddr" or "daddr") => "ether_addr",
                ("icmp", "type") => "icmp_type",
                ("icmpv6", "type") => "icmpv6_type",
                ("th" or "tcp" or "udp", "sport" or "dport") => "inet_service",
                _ => payload.ToString(),
            }
            : expression.ToString();
    }
}
