using System.Globalization;
using System.Net;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>Whether a packet has what an option of a rule asks for. Pure.</summary>
/// <param name="packet">The packet.</param>
/// <param name="sets">The ipsets.</param>
internal sealed class PacketMatch(WalkedPacket packet, ISetMembers sets)
{
    private static readonly Dictionary<string, byte> Protocols = new(StringComparer.Ordinal)
    {
        ["icmp"] = 1, ["tcp"] = 6, ["udp"] = 17, ["ipv6-icmp"] = 58, ["icmpv6"] = 58, ["sctp"] = 132,
    };

    /// <summary>Whether all options of a rule hold; null: that hangs on one which is not known here.</summary>
    internal bool? Holds(SavedRule rule)
    {
        bool? all = true;
        foreach (var option in rule.Matches)
        {
            switch (Holds(option))
            {
                case false:
                    return false;
                case null:
                    all = null;
                    break;
            }
        }

        return all;
    }

    /// <summary>Whether one option holds; null: it is not known here.</summary>
    internal bool? Holds(RuleOption option) => option.Name.Length == 0 ? IsKnown(option.Module) : option.Not ? !Plain(option) : Plain(option);

    /// <summary>A module that is named with no more says nothing, or says something that nobody here knows.</summary>
    private static bool? IsKnown(string module) =>
        module is "comment" or "mark" or "connmark" or "tcp" or "udp" or "sctp" or "icmp" or "icmp6" or "conntrack" or "state" or "devgroup" or "set" or "addrtype" ? true : null;

    private bool? Plain(RuleOption option) =>
        (option.Module, option.Name) switch
        {
            ("comment", "--comment") => true,
            (_, "-p") => option.Value is "all" or "0" ? true : Protocol(option.Value) is { } protocol ? packet.Tried.Protocol == protocol : null,
            (_, "-s") => Within(option.Value, packet.Tried.Source),
            (_, "-d") => Within(option.Value, packet.Tried.Destination),
            (_, "-i") => Named(option.Value, packet.Tried.From),
            (_, "-o") => Named(option.Value, packet.Tried.To),
            ("mark", "--mark") => MaskedNumber.Of(option.Value)?.Matches(packet.Mark),
            ("connmark", "--mark") => MaskedNumber.Of(option.Value)?.Matches(packet.ConnectionMark),
            ("tcp" or "udp" or "sctp", "--sport") => Ported(option, packet.Tried.SourcePort),
            ("tcp" or "udp" or "sctp", "--dport") => Ported(option, packet.Tried.DestinationPort),
            ("tcp", "--tcp-flags") => Flags(option),
            ("icmp", "--icmp-type") => Icmp(option.Value, 1),
            ("icmp6", "--icmpv6-type") => Icmp(option.Value, 58),
            ("conntrack", _) or ("state", "--state") => ConnectionMatch.Holds(option, packet),
            ("devgroup", "--src-group") => Group(option.Value)?.Matches(packet.Tried.FromGroup),
            ("devgroup", "--dst-group") => Group(option.Value)?.Matches(packet.Tried.ToGroup),
            ("set", "--match-set") => SetKey.Of(option, packet) is { } key ? sets.Has(key.Set, key.Address, key.Device) : null,

            // What is forwarded is neither from this node nor to it.
            ("addrtype", "--src-type" or "--dst-type") when option.Value == "LOCAL" => false,
            _ => null,
        };

    private static byte? Protocol(string text) =>
        Protocols.TryGetValue(text, out var named) ? named : byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool? Within(string network, IPAddress address) =>
        IPNetwork.TryParse(network, out var block) ? block.Contains(address) : IPAddress.TryParse(network, out var one) ? one.Equals(address) : null;

    private static bool Named(string pattern, string name) =>
        pattern.EndsWith('+') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private bool? Ported(RuleOption option, ushort port) => packet.Tried.Protocol != Protocols[option.Module] ? false : PortRanges.Holds(option.Value, port);

    /// <summary>The first packet of a TCP connection has SYN and nothing else.</summary>
    private static bool? Flags(RuleOption option) =>
        option.Values is [var mask, var set] ? set == (mask == "ALL" || mask.Split(',').Contains("SYN") ? "SYN" : "NONE") : null;

    private bool? Icmp(string type, byte protocol)
    {
        if (packet.Tried.Protocol != protocol)
        {
            return false;
        }

        var parts = type.Split('/').Select(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (byte?)number : null).ToList();
        return type == "any" ? true
            : parts.Contains(null) ? null
            : parts[0] == packet.Tried.SourcePort >> 8 && (parts.Count == 1 || parts[1] == (packet.Tried.SourcePort & 0xff));
    }

    private static MaskedNumber? Group(string text) => MaskedNumber.Of(text == "default" ? "0" : text);
}
