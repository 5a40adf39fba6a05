using System.Globalization;
using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Protocols and ports as matches. Pure.</summary>
/// <param name="family">The family of the rules; ICMP is of IPv4 here, ICMPv6 of IPv6.</param>
/// <param name="answers">Whether packets answer: then their source port is meant, and ICMP's types are those of the answers.</param>
internal sealed class PortMatch(AddressFamily family, bool answers)
{
    /// <summary>The family of the rules.</summary>
    internal AddressFamily Family => family;

    /// <summary>Where the peer's address is: the source of what comes, the destination of an answer.</summary>
    internal bool PeerIsSource => !answers;

    /// <summary>What matches; more than one where no single match can say it, none where no packet of this family or direction can be meant.</summary>
    internal IReadOnlyList<string> Of(IpProtocol? protocol, PortRange? ports) =>
        protocol switch
        {
            null => [""],
            IpProtocol.Other => [Say.Mark(NarrowMark.OtherProtocol, NarrowMark.OtherProtocol)],
            IpProtocol.ICMP => family == AddressFamily.InterNetwork ? Icmp("icmp", "icmp", "icmp", ports) : [],
            IpProtocol.ICMPv6 => family == AddressFamily.InterNetworkV6 ? Icmp("ipv6-icmp", "icmp6", "icmpv6", ports) : [],
            IpProtocol.TCP => [Ported("tcp", ports)],
            IpProtocol.UDP => [Ported("udp", ports)],
            _ => [Ported("sctp", ports)],
        };

    private string Ported(string name, PortRange? ports) =>
        ports is not { } range ? $"-p {name}" : string.Create(CultureInfo.InvariantCulture, $"-p {name} -m {name} --{(answers ? "sport" : "dport")} {range.First}{(range.IsSingle ? "" : $":{range.Last}")}");

    private List<string> Icmp(string protocol, string module, string option, PortRange? keys)
    {
        if (keys is not { } range)
        {
            return [$"-p {protocol}"];
        }

        var found = new List<string>();
        for (var type = range.First >> 8; type <= range.Last >> 8; type++)
        {
            if ((answers ? AnswerTo(type) : type) is not { } seen)
            {
                continue;
            }

            var (first, last) = (Math.Max(range.First, type << 8) & 0xff, Math.Min(range.Last, (type << 8) | 0xff) & 0xff);
            var prefix = string.Create(CultureInfo.InvariantCulture, $"-p {protocol} -m {module} --{option}-type {seen}");
            found.AddRange((first, last) == (0, 0xff) ? [prefix] : Enumerable.Range(first, last - first + 1).Select(code => string.Create(CultureInfo.InvariantCulture, $"{prefix}/{code}")));
        }

        return found;
    }

    /// <summary>Which type answers a type, by conntrack's own tables (net/netfilter/nf_conntrack_proto_icmp.c and _icmpv6.c); the code stays.</summary>
    private int? AnswerTo(int type) =>
        family == AddressFamily.InterNetwork
            ? type switch { 8 => 0, 0 => 8, 13 => 14, 14 => 13, 15 => 16, 16 => 15, 17 => 18, 18 => 17, _ => null }
            : type switch { 128 => 129, 129 => 128, 139 => 140, 140 => 139, _ => null };
}
