using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Policy;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary>One connection from a pod, by a socket that is opened in its network namespace: a TCP handshake that is closed at once, or one UDP datagram.</summary>
internal static class ProbePacket
{
    /// <summary>How long an answer is waited for: TCP sends its first packet a second time after a second (RFC 6298).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    /// <summary>Sends it.</summary>
    /// <param name="pod">The pod's namespace.</param>
    /// <param name="source">The pod's address.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What it met, and after how long.</returns>
    public static async Task<(string Outcome, TimeSpan Elapsed)> SendAsync(
        NetworkNamespace pod, IPAddress source, IPEndPoint destination, IpProtocol protocol, CancellationToken stop)
    {
        using var socket = pod.Run(() => Open(source, protocol));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await socket.ConnectAsync(destination, patience.Token);
            if (protocol == IpProtocol.TCP)
                return ("connected", Stopwatch.GetElapsedTime(began));
            await socket.SendAsync("overlay trace\n"u8.ToArray(), patience.Token);
            await socket.ReceiveAsync(new byte[1500], patience.Token);
            return ("answered", Stopwatch.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ("silence", Stopwatch.GetElapsedTime(began));
        }
        catch (SocketException error)
        {
            return (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset ? "refused" : "unreachable", Stopwatch.GetElapsedTime(began));
        }
    }

    private static Socket Open(IPAddress source, IpProtocol protocol)
    {
        var socket = protocol == IpProtocol.TCP
            ? new Socket(source.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(source.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(source, 0));
        return socket;
    }
}
