using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Reach;

/// <summary>Greets whoever connects, and sends back whatever they send.</summary>
internal static class ProbeServing
{
    /// <summary>So many clients at a time; the others wait in the listener's queue.</summary>
    private const int Clients = 32;

    /// <summary>A client that takes longer is left, so that nobody keeps the others out.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>What the server says.</summary>
    public static ReadOnlyMemory<byte> Greeting => "overlay\n"u8.ToArray();

    /// <summary>Serves until told to stop, on all addresses of both families.</summary>
    public static async Task RunAsync(ushort port, Action<string> say, CancellationToken stop)
    {
        using var listener = Listen(port);
        say($"greeting on port {((IPEndPoint)listener.LocalEndpoint).Port}");
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ServeAsync(listener, stop)));
    }

    private static async Task ServeAsync(TcpListener listener, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptSocketAsync(stop);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(Longest);
                await AnswerAsync(client, limit.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client left, took too long, or it is time to stop.
            }
        }
    }

    private static async Task AnswerAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client, ownsSocket: false);
        await client.SendAsync(Greeting, SocketFlags.None, stop);
        var buffer = new byte[16 * 1024];
        while (await client.ReceiveAsync(buffer, SocketFlags.None, stop) is var length and > 0)
            await stream.WriteAsync(buffer.AsMemory(0, length), stop);
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
