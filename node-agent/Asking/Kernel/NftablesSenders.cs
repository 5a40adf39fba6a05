using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Overlay.Api.Wire;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Finds pods of this node in the maps of senders.</summary>
internal static class NftablesSenders
{
    private const int NameLength = 16;
    private const int AddressOffset = 24; // after a name of 16 bytes and a hardware address of 6, filled up to 8

    /// <summary>Finds one by its address; null: no pod of this node may send with it.</summary>
    public static KernelSender? Find(NfTablesSocket socket, IPAddress address)
    {
        var set = address.AddressFamily == AddressFamily.InterNetwork ? ElementSet.Senders4 : ElementSet.Senders6;
        var bytes = address.GetAddressBytes();
        var found = socket.Elements(NftablesBackend.Table, set.Name).FirstOrDefault(element => element.Key.Bytes[AddressOffset..].SequenceEqual(bytes));
        if (found is null)
            return null;
        var mark = MemoryMarshal.Read<uint>(found.Value!.Value.Bytes);
        return new KernelSender(
            Encoding.UTF8.GetString(found.Key.Bytes[..NameLength].TrimEnd((byte)0)),
            mark,
            NodeMark.TagOf(mark),
            (mark & NodeMark.EgressIsolated) != 0,
            $"{set.Name} {{ {ElementText.Of(set, found)} }}");
    }
}
