using System.Runtime.InteropServices;
using System.Text;
using Overlay.Netlink.Native;

namespace Overlay.Netlink.Links;

/// <summary>Reads and switches transmit checksum offload by the ethtool ioctl (linux/ethtool.h).</summary>
/// <remarks>
/// <code>
///  ifreq: | name, 16 | pointer to ethtool_value | ... 40 bytes in all
///  ethtool_value: | command u32 | value u32 |
/// </code>
/// The old commands are enough: ETHTOOL_STXCSUM off clears every checksum offload the device has (tx-checksum-ip-generic among them),
/// and what depends on it, segmentation offload, follows.
/// </remarks>
internal static unsafe class EthernetFeature
{
    private const nuint EthtoolRequest = 0x8946;
    private const uint GetTransmitChecksum = 0x16;
    private const uint SetTransmitChecksum = 0x17;
    private const int RequestLength = 40;
    private const int InternetFamily = 2;

    internal static FileDescriptor OpenSocket() => FileDescriptor.Own(
        Libc.Socket(InternetFamily, Libc.SocketDatagram | Libc.CloseOnExec, 0), "open a socket for", "ethtool requests");

    internal static bool GetChecksumOffload(FileDescriptor socket, string link) => Ask(socket, link, GetTransmitChecksum, 0, "read checksum offload of") != 0;

    internal static void SetChecksumOffload(FileDescriptor socket, string link, bool enabled) =>
        Ask(socket, link, SetTransmitChecksum, enabled ? 1u : 0u, "switch checksum offload of");

    private static uint Ask(FileDescriptor socket, string link, uint command, uint value, string operation)
    {
        var argument = stackalloc uint[2] { command, value };
        var request = stackalloc byte[RequestLength];
        new Span<byte>(request, RequestLength).Clear();
        Encoding.UTF8.GetBytes(link, new Span<byte>(request, 15));
        *(nint*)(request + 16) = (nint)argument;
        return Libc.Control(socket, EthtoolRequest, request) < 0
            ? throw new NetlinkException(operation, link, (Errno)Marshal.GetLastPInvokeError())
            : argument[1];
    }
}
