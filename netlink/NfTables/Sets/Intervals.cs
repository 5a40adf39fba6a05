using System.Net;

namespace Overlay.Netlink.NfTables;

/// <summary>The two elements that make an interval in a set with <c>flags interval</c> and a plain (not concatenated) key.</summary>
public static class Intervals
{
    /// <summary>A network: its first address, and the end mark at the first address after it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="comment">A comment for the first element.</param>
    public static IEnumerable<SetElement> Of(IPNetwork network, string? comment = null)
    {
        var start = network.BaseAddress.GetAddressBytes();
        yield return new SetElement(new NfValue(start)) { Comment = comment };
        if (After(start, network.PrefixLength) is { } after)
        {
            yield return new SetElement(new NfValue(after)) { IsIntervalEnd = true };
        }
    }

    /// <summary>The first address after a network; null where there is none: such an interval has no end mark.</summary>
    private static byte[]? After(byte[] start, int prefixLength)
    {
        if (prefixLength == 0)
        {
            return null;
        }

        var after = (byte[])start.Clone();
        var carry = 1 << ((8 - (prefixLength % 8)) % 8);
        for (var i = (prefixLength - 1) / 8; i >= 0 && carry != 0; i--)
        {
            var sum = after[i] + carry;
            after[i] = (byte)sum;
            carry = sum >> 8;
        }

        return carry == 0 ? after : null;
    }
}
