using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Datagrams that are allowed, and their echoes, one after the other without waiting for answers: some are on their way at any moment.</summary>
internal sealed class Streaming : IAsyncDisposable
{
    private const int Burst = 16;

    /// <summary>What waits on a busy machine is not lost.</summary>
    private const int BufferBytes = 16 * 1024 * 1024;

    /// <summary>SOL_SOCKET and SO_RCVBUFFORCE.</summary>
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;

    private readonly Socket client;
    private readonly Socket server;
    private readonly IPEndPoint destination;
    private readonly Task[] work;
    private volatile bool ended;
    private long sent;
    private long answered;

    private Streaming(BedPod from, BedPod to, int port, bool ipv6)
    {
        (server, client) = (to.Udp(port, ipv6), from.Udp(0, ipv6));
        foreach (var socket in (Socket[])[server, client])
        {
            socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(BufferBytes));
            socket.ReceiveTimeout = 100;
        }

        destination = new IPEndPoint(to.Address(ipv6), port);
        work = [Start(Send), Start(() => Receive(server, echo: true)), Start(() => Receive(client, echo: false))];
    }

    /// <summary>Begins one.</summary>
    public static async Task<Streaming> StartAsync(BedPod from, BedPod to, int port, bool ipv6 = false)
    {
        var streaming = new Streaming(from, to, port, ipv6);
        using var patience = Patience.Of(Traffic.Soon);
        while (Interlocked.Read(ref streaming.answered) < 100)
        {
            if (patience.Token.IsCancellationRequested)
            {
                await streaming.DisposeAsync();
                throw new TimeoutException($"{from} had no answers from {to} within {Traffic.Soon}.");
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return streaming;
    }

    public long Open => sent - Interlocked.Read(ref answered);
    /// <summary>Ends it.</summary>
    /// <returns>How many datagrams were sent, how many of them had no answer.</returns>
    public async Task<(long Sent, long Lost)> EndAsync()
    {
        ended = true;
        await work[0];
        for (long before = -1; before != Interlocked.Read(ref answered) && answered < sent; await Task.Delay(500))
            before = Interlocked.Read(ref answered);
        return (sent, sent - Interlocked.Read(ref answered));
    }

    public async ValueTask DisposeAsync()
    {
        ended = true;
        client.Close();
        server.Close();
        await Task.WhenAll(work);
    }

    private static Task Start(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private void Send()
    {
        while (!ended)
        {
            for (var i = 0; i < Burst; i++)
                client.SendTo(BitConverter.GetBytes(sent++), destination);
            Thread.Sleep(1);
        }
    }

    private void Receive(Socket socket, bool echo)
    {
        var buffer = new byte[8];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var length = socket.ReceiveFrom(buffer, ref from);
                if (echo)
                    socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
                else
                    Interlocked.Increment(ref answered);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.ConnectionRefused)
            {
                // Nothing came for a while, or an error of an earlier one: it goes on until it is closed.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
