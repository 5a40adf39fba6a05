using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A conversation that goes on until it is ended: one packet, its answer, the next packet; whatever gets no answer is lost.</summary>
internal sealed class Echoing : IAsyncDisposable
{
    /// <summary>Far above what a busy machine takes: an answer that has not come by then does not come.</summary>
    private const int LostAfter = 1000;

    private readonly Socket client;
    private readonly Socket server;
    private readonly Task asking;
    private readonly Task answering;
    private readonly IPEndPoint destination;
    private volatile bool ended;
    private int answered;
    private int lost;

    private Echoing(BedPod from, BedPod to, int port, bool ipv6)
    {
        (server, client) = (to.Udp(port, ipv6), from.Udp(0, ipv6));
        (client.ReceiveTimeout, server.ReceiveTimeout) = (LostAfter, LostAfter);
        destination = new IPEndPoint(to.Address(ipv6), port);
        answering = Task.Factory.StartNew(Answer, TaskCreationOptions.LongRunning);
        asking = AskAsync();
    }

    /// <summary>Begins one over UDP and waits for its first answer.</summary>
    public static async Task<Echoing> StartAsync(BedPod from, BedPod to, int port, bool ipv6 = false)
    {
        var echoing = new Echoing(from, to, port, ipv6);
        var began = TimeProvider.System.GetTimestamp();
        while (Volatile.Read(ref echoing.answered) == 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Traffic.Soon)
            {
                await echoing.DisposeAsync();
                throw new TimeoutException($"{from} had no answer from {to} within {Traffic.Soon}.");
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return echoing;
    }

    /// <summary>Ends it.</summary>
    /// <returns>How many packets had their answer, how many had none.</returns>
    public async Task<(int Answered, int Lost)> EndAsync()
    {
        ended = true;
        await Task.WhenAll(asking, answering);
        return (answered, lost);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        client.Dispose();
        server.Dispose();
    }

    private async Task AskAsync()
    {
        await Task.Yield();
        var answer = new byte[4];
        for (var number = 0; !ended; number++)
        {
            if (number % 8 == 0)
            {
                await Task.Delay(1);
            }

            client.SendTo(BitConverter.GetBytes(number), destination);
            if (Hears(number, answer))
            {
                Interlocked.Increment(ref answered);
            }
            else
            {
                lost++;
            }
        }
    }

    private bool Hears(int number, byte[] answer)
    {
        try
        {
            do
            {
                client.Receive(answer);
            }
            while (BitConverter.ToInt32(answer) != number);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    private void Answer()
    {
        var question = new byte[4];
        EndPoint from = new IPEndPoint(destination.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!ended)
        {
            try
            {
                server.ReceiveFrom(question, ref from);
                server.SendTo(question, from);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Nothing was asked for a while.
            }
        }
    }
}
