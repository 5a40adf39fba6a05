using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Overlay.Conformance.Playing;

/// <summary>The conformance data's address templates: <c>${ip:NS/POD}</c>, <c>${cidr:NS/POD,h8}</c> (host bits), <c>${cidr:NS/POD,p24}</c> (prefix length).</summary>
internal static partial class AddressTemplates
{
    public static string Fill(string text, Func<string, IPAddress> addressOf) =>
        Template().Replace(text, match => match.Groups["form"].Success ? Block(addressOf(match.Groups["pod"].Value), match.Groups["form"].Value) : addressOf(match.Groups["pod"].Value).ToString());

    private static string Block(IPAddress address, string form)
    {
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var number = int.Parse(form.AsSpan(1), CultureInfo.InvariantCulture);
        var prefix = form[0] == 'p' ? number : bits - number;
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xff << (8 - Math.Clamp(prefix - (8 * i), 0, 8)));
        }

        return $"{new IPAddress(bytes)}/{prefix}";
    }

    [GeneratedRegex(@"\$\{(ip:(?<pod>[^},]+)|cidr:(?<pod>[^},]+),(?<form>[hp][0-9]+))\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Template();
}
