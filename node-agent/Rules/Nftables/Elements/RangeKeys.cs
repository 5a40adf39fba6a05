using System.Net;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// Keys of the sets with port ranges. nft 1.0.6 has the rules turn numbers that the kernel holds in the host's order (groups, marks) to network
/// order before they are looked up in a concatenation with intervals, since intervals compare as bytes; other versions may not. So each such set
/// carries a witness, written by the same nft that wrote the rules, and keys by netlink follow what it shows. Pure.
/// </summary>
internal static class RangeKeys
{
    /// <summary>The witness' group: no veth has it, and its protocol (255) is on no packet.</summary>
    private const byte WitnessGroup = 1;

    private const int NumberLength = 4;

    /// <summary>Whether a set's keys are in network order; null when its witness is gone.</summary>
    internal static bool? AreTurned(IEnumerable<SetElement> elements)
    {
        foreach (var element in elements)
        {
            if (IsWitness(element))
            {
                return element.Key.Bytes[0] == 0;
            }
        }

        return null;
    }

    /// <summary>Whether it is the witness.</summary>
    internal static bool IsWitness(SetElement element)
    {
        var group = element.Key.Bytes[..NumberLength];
        return group.SequenceEqual<byte>([WitnessGroup, 0, 0, 0]) || group.SequenceEqual<byte>([0, 0, 0, WitnessGroup]);
    }

    /// <summary>The key that finds a set's witness, if the set's keys are in that order.</summary>
    internal static NfValue WitnessOf(ElementSet set, bool forIntervals)
    {
        var key = new KeyBuilder(forIntervals).DeviceGroup(WitnessGroup).Mark(1);
        key = set == ElementSet.GrantsRanges ? key.Family(2) : key.Address(IPAddress.Parse(set == ElementSet.Addresses4 ? "0.0.0.1" : "::1"));
        return key.Protocol(byte.MaxValue).Port(1).Build();
    }

    /// <summary>The element with group and mark in the other order. Turning twice gives the first again.</summary>
    internal static SetElement Turn(ElementSet set, SetElement element) =>
        element with { Key = Turn(set, element.Key), KeyEnd = element.KeyEnd is { } end ? Turn(set, end) : null };

    private static NfValue Turn(ElementSet set, NfValue key)
    {
        var bytes = key.Bytes.ToArray();
        for (var i = 0; i < set.Key.Length && set.Key[i] is Field.Group or Field.Mark; i++)
        {
            Array.Reverse(bytes, i * NumberLength, NumberLength);
        }

        return new NfValue(bytes);
    }
}
