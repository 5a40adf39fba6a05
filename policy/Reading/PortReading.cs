using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Ports of NetworkPolicy and OverlayPolicy.</summary>
internal static class PortReading
{
    /// <summary>Reads a rule's ports. No list means every port; problems give none.</summary>
    /// <param name="problems">Where problems go.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="given">The list.</param>
    /// <param name="reference">The rule.</param>
    /// <param name="withIcmp">Whether ICMP may be named: not in a NetworkPolicy.</param>
    public static (ImmutableArray<PortEntry> Ports, ImmutableArray<NamedPort> Named) Read(
        Problems problems,
        string path,
        ImmutableArray<PolicyPort>? given,
        RuleReference reference,
        bool withIcmp
    )
    {
        var ports = Arrays.OrEmpty(given);
        var because = Reasons.Of(reference);
        if (ports.IsEmpty)
        {
            return ([PortEntry.All(because)], []);
        }

        var read = new List<PortEntry>(ports.Length);
        var named = ImmutableArray.CreateBuilder<NamedPort>();
        for (var i = 0; i < ports.Length; i++)
        {
            var port = ports[i] ?? new PolicyPort();
            if (!IsSound(problems, $"{path}[{i}]", port, withIcmp))
            {
                continue;
            }

            var protocol = port.Protocol.ToIp();
            if (port.Port?.Name is { } name)
            {
                named.Add(new NamedPort(protocol, name));
            }
            else
            {
                read.Add(new PortEntry(protocol, RangeOf(port), because));
            }
        }

        return (PortEntries.Normalize(read), [.. named.Distinct()]);
    }

    /// <summary>Kubernetes' syntax of a port's name (an IANA service name, RFC 6335 section 5.1).</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= 15 }
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name.Any(char.IsAsciiLetterLower)
        && name[0] != '-'
        && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);

    private static PortRange RangeOf(PolicyPort port) =>
        port.Port?.Number is { } first ? new PortRange((ushort)first, (ushort)(port.EndPort ?? first))
        : port.IcmpType is not { } type ? PortRange.Whole
        : port.IcmpCode is { } code ? PortRange.Of(IpProtocols.IcmpKey((byte)type, (byte)code))
        : new PortRange(IpProtocols.IcmpKey((byte)type, 0), IpProtocols.IcmpKey((byte)type, byte.MaxValue));

    private static bool IsSound(Problems problems, string path, PolicyPort port, bool withIcmp)
    {
        var before = problems.Count;
        var icmp = port.Protocol is PortProtocol.ICMP or PortProtocol.ICMPv6;
        if (!Enum.IsDefined(port.Protocol) || (icmp && !withIcmp))
        {
            problems.Add($"{path}.protocol", Enum.IsDefined(port.Protocol) ? $"{port.Protocol}" : "", withIcmp ? "a protocol is TCP, UDP, SCTP, ICMP or ICMPv6" : "a protocol is TCP, UDP or SCTP");
        }

        if (icmp)
        {
            CheckIcmp(problems, path, port);
        }
        else
        {
            CheckPorts(problems, path, port);
        }

        return problems.Count == before;
    }

    private static void CheckPorts(Problems problems, string path, PolicyPort port)
    {
        if (port.Port is { Number: < 1 or > ushort.MaxValue })
        {
            problems.Add($"{path}.port", $"{port.Port}", "a port is 1 to 65535; leave it out for every port of the protocol");
        }

        if (port.Port is { Number: null } && !IsName(port.Port.Name))
        {
            problems.Add($"{path}.port", port.Port.Name, "a port's name has at most 15 lower-case letters, digits and dashes, a letter among them");
        }

        if (port.EndPort is not null && port.Port?.Number is null)
        {
            problems.Add($"{path}.endPort", Text(port.EndPort), "endPort ends a range that begins at port: give port too, as a number");
        }
        else if (port.EndPort is > ushort.MaxValue || port.EndPort < port.Port?.Number)
        {
            problems.Add($"{path}.endPort", Text(port.EndPort), $"endPort is {port.Port} (port) to 65535");
        }

        if (port.IcmpType is not null || port.IcmpCode is not null)
        {
            problems.Add($"{path}.icmpType", Text(port.IcmpType), "icmpType and icmpCode go with protocol ICMP or ICMPv6");
        }
    }

    private static void CheckIcmp(Problems problems, string path, PolicyPort port)
    {
        if (port.Port is not null || port.EndPort is not null)
        {
            problems.Add($"{path}.port", $"{port.Port}", "ICMP has no ports: give icmpType and icmpCode");
        }

        if (port.IcmpType is < 0 or > byte.MaxValue)
        {
            problems.Add($"{path}.icmpType", Text(port.IcmpType), "a type is 0 to 255");
        }

        if (port.IcmpCode is < 0 or > byte.MaxValue || (port.IcmpCode is not null && port.IcmpType is null))
        {
            problems.Add($"{path}.icmpCode", Text(port.IcmpCode), "a code is 0 to 255, and goes with a type");
        }
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
