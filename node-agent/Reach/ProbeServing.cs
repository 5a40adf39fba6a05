using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Reach;

/// <summary>Greets whoever connects.</summary>
internal static class ProbeServing
{
    /// <summary>What the server says.</summary>
    public static ReadOnlyMemory<byte> Greeting => "overlay\n"u8.ToArray();

    /// <summary>Serves until told to stop, on all addresses of both families.</summary>
    public static async Task RunAsync(ushort port, Action<string> say, CancellationToken stop)
    {
        using var listener = Listen(port);
        say($"greeting on port {((IPEndPoint)listener.LocalEndpoint).Port}");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptSocketAsync(stop);
                await client.SendAsync(Greeting, SocketFlags.None, stop);
            }
            catch (SocketException)
            {
                // The client left.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static TcpListener Listen(ushort port)
    {
        // A node without IPv6 has no such sockets.
        var listener = Socket.OSSupportsIPv6 ? new TcpListener(IPAddress.IPv6Any, port) : new TcpListener(IPAddress.Any, port);
        if (Socket.OSSupportsIPv6)
            listener.Server.DualMode = true;
        listener.Start();
        return listener;
    }
}
