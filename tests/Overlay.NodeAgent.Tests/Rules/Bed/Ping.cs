using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Echo requests by a raw socket (RFC 792, RFC 4443).</summary>
internal static class Ping
{
    /// <summary>Whether a pod's ping to another is answered.</summary>
    public static Task<bool> PingsAsync(this BedPod from, BedPod to, bool ipv6 = false) => PingsAsync(from, to.Address(ipv6));

    /// <summary>Whether a pod's ping to an address is answered.</summary>
    public static async Task<bool> PingsAsync(this BedPod from, IPAddress to)
    {
        var ipv6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        using var socket = from.Inside.Run(() => new Socket(to.AddressFamily, SocketType.Raw, ipv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp));
        var identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue);
        byte[] request = [ipv6 ? (byte)128 : (byte)8, 0, 0, 0, (byte)(identifier >> 8), (byte)identifier, 0, 1];
        if (!ipv6)
        {
            // The kernel writes ICMPv6's checksum itself.
            BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), Frame.Checksum(request));
        }

        await socket.SendToAsync(request, new IPEndPoint(to, 0));
        using var limited = Patience.Of(Traffic.Never);
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, limited.Token);
                var reply = buffer.AsMemory(ipv6 ? 0 : 20, length - (ipv6 ? 0 : 20)).Span;
                if (reply[0] == (ipv6 ? 129 : 0) && BinaryPrimitives.ReadUInt16BigEndian(reply[4..]) == identifier)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
