using System.Globalization;

namespace Overlay.Policy;

/// <summary>Protocol and ports for people.</summary>
internal static class PortText
{
    /// <summary><c>all</c>, <c>TCP</c>, <c>TCP 80</c>, <c>TCP 8000-8080</c>, <c>ICMP type 8</c> or <c>ICMP type 3 code 4</c>.</summary>
    public static string Of(IpProtocol? protocol, PortRange? ports) =>
        protocol is not { } named ? "all"
        : ports is not { } range ? Name(named)
        : named.IsIcmp() ? $"{Name(named)} {Icmp(range)}"
        : $"{Name(named)} {range}";

    private static string Name(IpProtocol protocol) => protocol == IpProtocol.Other ? "other protocols" : protocol.ToString();

    private static string Icmp(PortRange range) =>
        range.IsSingle ? string.Create(CultureInfo.InvariantCulture, $"type {range.First >> 8} code {range.First & 0xff}")
        : range.First >> 8 == range.Last >> 8 && (range.First & 0xff) == 0 && (range.Last & 0xff) == 0xff
            ? string.Create(CultureInfo.InvariantCulture, $"type {range.First >> 8}")
        : string.Create(CultureInfo.InvariantCulture, $"types {range.First >> 8}.{range.First & 0xff}-{range.Last >> 8}.{range.Last & 0xff}");
}
