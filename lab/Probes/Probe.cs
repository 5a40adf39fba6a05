using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Overlay.Netlink;

namespace Overlay.Lab.Probes;

/// <summary>Tries connections from inside a namespace: the socket is made in there, all else is ordinary.</summary>
public static class Probe
{
    /// <summary>How long silence is borne by default: the lab's round trip is far below a millisecond.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <summary>Opens a socket that lives inside a namespace.</summary>
    /// <param name="inside">The namespace.</param>
    /// <param name="family">The address family.</param>
    /// <param name="type">Stream or datagram.</param>
    /// <param name="local">What to bind to; null: the kernel's choice.</param>
    public static Socket Open(NetworkNamespace inside, AddressFamily family, SocketType type, IPEndPoint? local = null)
    {
        ArgumentNullException.ThrowIfNull(inside);
        return inside.Run(() =>
        {
            var socket = new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            if (local is not null)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.Bind(local);
            }

            return socket;
        });
    }

    /// <summary>Connects by TCP and reads the greeting.</summary>
    /// <param name="inside">The client's namespace.</param>
    /// <param name="server">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="patience">How long silence is borne.</param>
    public static async Task<ProbeResult> TcpAsync(NetworkNamespace inside, IPEndPoint server, CancellationToken cancel, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var socket = Open(inside, server.AddressFamily, SocketType.Stream);

        // Ends with a reset: thousands of probes leave no TIME-WAIT.
        socket.LingerState = new LingerOption(true, 0);
        return await MeetAsync(
            async token =>
            {
                await socket.ConnectAsync(server, token);
                return await ReceiveAsync(socket, token);
            },
            patience ?? Patience,
            cancel);
    }

    /// <summary>Sends a datagram and reads the answer.</summary>
    /// <param name="inside">The client's namespace.</param>
    /// <param name="server">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="patience">How long silence is borne.</param>
    public static async Task<ProbeResult> UdpAsync(NetworkNamespace inside, IPEndPoint server, CancellationToken cancel, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var socket = Open(inside, server.AddressFamily, SocketType.Dgram);
        return await MeetAsync(
            async token =>
            {
                await socket.ConnectAsync(server, token);
                await socket.SendAsync("probe"u8.ToArray(), token);
                return await ReceiveAsync(socket, token);
            },
            patience ?? Patience,
            cancel);
    }

    private static async Task<string?> ReceiveAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[512];
        var length = await socket.ReceiveAsync(buffer, cancel);
        return Encoding.UTF8.GetString(buffer, 0, length).Split('\n')[0];
    }

    private static async Task<ProbeResult> MeetAsync(Func<CancellationToken, Task<string?>> meet, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        var watch = Stopwatch.StartNew();
        try
        {
            var greeting = await meet(limit.Token);
            return new ProbeResult(string.IsNullOrEmpty(greeting) ? ProbeOutcome.Refused : ProbeOutcome.Connected, greeting, watch.Elapsed);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ProbeResult(ProbeOutcome.Silence, null, watch.Elapsed);
        }
        catch (SocketException e)
        {
            var outcome = e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset ? ProbeOutcome.Refused : ProbeOutcome.Unreachable;
            return new ProbeResult(outcome, null, watch.Elapsed);
        }
    }
}
