using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Blocks of addresses, as Kubernetes reads them.</summary>
internal static class BlockReading
{
    private const string Cure = "a block is an address and a prefix length, as 192.168.1.0/24 or 2001:db8::/64";

    /// <summary>Reads an ipBlock; null and a problem when it can't be read. An exception outside of the block takes nothing away.</summary>
    public static AddressBlock? Read(Problems problems, string path, IpBlock block)
    {
        var before = problems.Count;
        var cidr = Parse(block.Cidr);
        if (cidr is null)
        {
            problems.Add($"{path}.cidr", block.Cidr, Cure);
        }

        var holes = new List<IPNetwork>();
        var except = Arrays.OrEmpty(block.Except);
        for (var i = 0; i < except.Length; i++)
        {
            if (Parse(except[i]) is { } hole)
            {
                holes.Add(hole);
            }
            else
            {
                problems.Add($"{path}.except[{i}]", except[i], Cure);
            }
        }

        return problems.Count == before ? AddressBlock.Of(cidr!.Value, holes) : null;
    }

    /// <summary>Reads networks; those that can't be read are problems.</summary>
    public static ImmutableArray<AddressBlock> Read(Problems problems, string path, ImmutableArray<string> networks)
    {
        var read = ImmutableArray.CreateBuilder<AddressBlock>();
        for (var i = 0; i < networks.Length; i++)
        {
            if (Parse(networks[i]) is { } network)
            {
                read.Add(AddressBlock.Of(network, []));
            }
            else
            {
                problems.Add($"{path}[{i}]", networks[i], Cure);
            }
        }

        return read.ToImmutable();
    }

    /// <summary>
    /// A CIDR; bits behind the prefix count as zero, as in Go's net.ParseCIDR. Refused are forms that programs read differently: leading zeros
    /// (octal to some, CVE-2021-29923), IPv4 in IPv6, scopes.
    /// </summary>
    public static IPNetwork? Parse(string? text)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !IsPlain(text!.AsSpan(0, slash)) || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || address.IsIPv4MappedToIPv6)
        {
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = text.AsSpan(slash + 1);
        if (length.Length is 0 or > 3 || (length.Length > 1 && length[0] == '0') || length.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var prefix = int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
        return prefix > bits ? null : Masked(address, prefix);
    }

    private static bool IsPlain(ReadOnlySpan<char> address)
    {
        if (address.Contains(':'))
        {
            return !address.Contains('%') && !address.Contains('[');
        }

        var parts = 0;
        foreach (var range in address.Split('.'))
        {
            var part = address[range];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || part.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            parts++;
        }

        return parts == 4;
    }

    private static IPNetwork Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - keep));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
