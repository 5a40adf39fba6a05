using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>String formats. Like the real server, unknown formats pass.</summary>
internal static class Formats
{
    public static bool IsValid(string format, string text) => format switch
    {
        "ipv4" => Ip(text) is { AddressFamily: AddressFamily.InterNetwork },
        "ipv6" => Ip(text) is { AddressFamily: AddressFamily.InterNetworkV6 },
        "ip" => Ip(text) is not null,
        "cidr" => Cidr(text) is not null,
        "mac" => text.Split(':', '-') is { Length: 6 } parts && parts.All(p => p.Length == 2) && PhysicalAddress.TryParse(text.Replace(':', '-').ToUpperInvariant(), out _),
        "date-time" => text.Contains('T', StringComparison.OrdinalIgnoreCase) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" => Guid.TryParse(text, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "hostname" => text.Length <= 253 && Patterns.IsMatch("^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$", text),
        "email" => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1,
        "duration" => Patterns.IsMatch("^[-+]?([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$", text),
        _ => true,
    };

    /// <summary>An address as Go's netip reads it: four plain decimal octets, or IPv6; no zone, no octal.</summary>
    public static IPAddress? Ip(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
            return null;
        if (address.AddressFamily == AddressFamily.InterNetwork && !string.Equals(address.ToString(), text, StringComparison.Ordinal))
            return null;
        return address;
    }

    /// <summary>An address and a prefix length; the address may have host bits.</summary>
    public static (IPAddress Address, int PrefixLength)? Cidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Ip(text[..slash]) is not { } address)
            return null;
        var digits = text[(slash + 1)..];
        var longest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= longest && (digits.Length == 1 || digits[0] != '0')
            ? (address, length)
            : null;
    }
}
