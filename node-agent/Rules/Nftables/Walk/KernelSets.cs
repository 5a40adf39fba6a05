using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>The sets as the kernel has them, one look-up at a time, by netlink.</summary>
/// <param name="socket">The kernel's nf_tables; the caller's.</param>
internal sealed class KernelSets(NfTablesSocket socket) : ISetLookup
{
    private readonly Dictionary<string, bool> turned = new(StringComparer.Ordinal);

    public (string Key, string? Element) Find(string name, ListedSet set, IReadOnlyList<object> key)
    {
        var shape = ElementSet.Changing.FirstOrDefault(s => s.Name == name);
        var turn = shape is not null && ElementSet.Ranges.Contains(shape) && IsTurned(shape);
        if (Build(set.Types, key, false) is not { } plain)
        {
            return (string.Join(" . ", key), null);
        }

        var found = socket.Element(NftablesBackend.Table, name, turn ? Build(set.Types, key, true)!.Value : plain);
        return shape is null
            ? (string.Join(" . ", key), found is null ? null : string.Join(" . ", key))
            : (ElementText.Of(shape, new SetElement(plain)), found is null ? null : ElementText.Of(shape, turn ? RangeKeys.Turn(shape, found) : found));
    }

    private bool IsTurned(ElementSet set)
    {
        if (!turned.TryGetValue(set.Name, out var known))
        {
            turned[set.Name] = known = socket.Element(NftablesBackend.Table, set.Name, RangeKeys.WitnessOf(set, forIntervals: true)) is not null;
        }

        return known;
    }

    /// <returns>Null when a component does not fit its type, as an IPv4 address in a set of IPv6 ones.</returns>
    private static NfValue? Build(IReadOnlyList<string> types, IReadOnlyList<object> key, bool forIntervals)
    {
        var builder = new KeyBuilder(forIntervals);
        foreach (var (type, value) in types.Zip(key))
        {
            switch (type, value)
            {
                case ("devgroup", ulong number): builder.DeviceGroup((uint)number); break;
                case ("mark", ulong number): builder.Mark((uint)number); break;
                case ("inet_proto" or "nf_proto" or "icmp_type" or "icmpv6_type", ulong number): builder.Protocol((byte)number); break;
                case ("inet_service", ulong number): builder.Port((ushort)number); break;
                case ("ifname", string text): builder.InterfaceName(text); break;
                case ("ipv4_addr", IPAddress { AddressFamily: AddressFamily.InterNetwork } address): builder.Address(address); break;
                case ("ipv6_addr", IPAddress { AddressFamily: AddressFamily.InterNetworkV6 } address): builder.Address(address); break;
                default: return null;
            }
        }

        return builder.Build();
    }
}
