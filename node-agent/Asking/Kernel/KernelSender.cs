using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Overlay.Api.Wire;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>A pod of this node as the kernel's map of senders has it.</summary>
/// <param name="Veth">The node's end of its wire.</param>
/// <param name="Mark">The mark that its packets get.</param>
/// <param name="Element">The element, as nft shows it.</param>
internal sealed record KernelSender(string Veth, uint Mark, string Element)
{
    private const int NameLength = 16;
    private const int AddressOffset = 24; // after a name of 16 bytes and a hardware address of 6, filled up to 8

    /// <summary>The tag in its mark.</summary>
    public Tag Tag => NodeMark.TagOf(Mark);

    /// <summary>Finds it by its address; null: no pod of this node may send with it.</summary>
    public static KernelSender? Find(NfTablesSocket socket, IPAddress address)
    {
        var set = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? ElementSet.Senders4 : ElementSet.Senders6;
        var bytes = address.GetAddressBytes();
        var found = socket.Elements(NftablesBackend.Table, set.Name).FirstOrDefault(element => element.Key.Bytes[AddressOffset..].SequenceEqual(bytes));
        return found is null
            ? null
            : new KernelSender(
                Encoding.UTF8.GetString(found.Key.Bytes[..NameLength].TrimEnd((byte)0)),
                MemoryMarshal.Read<uint>(found.Value!.Value.Bytes),
                $"{set.Name} {{ {ElementText.Of(set, found)} }}");
    }
}
