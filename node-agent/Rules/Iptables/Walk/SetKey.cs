using System.Net;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>What a rule looks up in an ipset for a packet. Pure.</summary>
/// <param name="Set">The set.</param>
/// <param name="Address">The address.</param>
/// <param name="Device">The device; null: the set holds addresses alone.</param>
internal sealed record SetKey(string Set, IPAddress Address, string? Device)
{
    /// <summary>From the words <c>SET DIRECTIONS</c>, as <c>overlay-pods4 src,src</c>.</summary>
    /// <returns>Null where it is not known what stands in the set.</returns>
    internal static SetKey? Of(RuleOption option, WalkedPacket packet)
    {
        if (option.Values is not [var set, var directions])
        {
            return null;
        }

        return directions.Split(',') switch
        {
            ["src" or "dst"] one => new SetKey(set, Address(one[0]), null),
            // Of the second a set can have many things. Of our own it is known what.
            ["src" or "dst", "src" or "dst"] two when IsOfPods(set) => new SetKey(set, Address(two[0]), two[1] == "src" ? packet.Tried.From : packet.Tried.To),
            _ => null,
        };

        IPAddress Address(string direction) => direction == "src" ? packet.Tried.Source : packet.Tried.Destination;
    }

    /// <summary>An element as ipset shows it, in its set.</summary>
    internal static string Text(string set, IpSetElement element)
    {
        var full = element.Addresses.PrefixLength == element.Addresses.BaseAddress.GetAddressBytes().Length * 8;
        var device = element.Device is null ? "" : $",{element.Device}";
        var mark = element.Mark is { } both ? $" skbmark {Say.Hex((uint)(both >> 32))}/{Say.Hex((uint)both)}" : "";
        var comment = element.Comment.Length > 0 ? $" comment \"{element.Comment}\"" : "";
        return $"{set} {{ {(full ? element.Addresses.BaseAddress.ToString() : element.Addresses.ToString())}{device}{mark}{comment} }}";
    }

    private static bool IsOfPods(string set) =>
        set == SetBook.NameOf("pods", System.Net.Sockets.AddressFamily.InterNetwork) || set == SetBook.NameOf("pods", System.Net.Sockets.AddressFamily.InterNetworkV6);
}
