using System.Net;
using System.Net.Sockets;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Address ranges as blocks. Pure.</summary>
internal static class AddressBlocks
{
    /// <summary>The fewest blocks that make up a range. ipset's hash:net knows no prefix of length 0: everything is two blocks of length 1.</summary>
    internal static IEnumerable<IPNetwork> Of(AddressRange range)
    {
        var bits = range.Family == AddressFamily.InterNetwork ? 32 : 128;
        var first = range.First;
        while (true)
        {
            var size = Math.Min(first == 0 ? bits - 1 : (int)UInt128.TrailingZeroCount(first), bits - 1);
            while (first + ((UInt128.One << size) - 1) > range.Last)
            {
                size--;
            }

            var start = new AddressRange(range.Family, first, first).FirstAddress;
            yield return new IPNetwork(start, bits - size);
            var last = first + ((UInt128.One << size) - 1);
            if (last >= range.Last)
            {
                yield break;
            }

            first = last + 1;
        }
    }

    /// <summary>A network as such blocks.</summary>
    internal static IEnumerable<IPNetwork> Of(IPNetwork network) => Of(AddressRange.Of(network));
}
