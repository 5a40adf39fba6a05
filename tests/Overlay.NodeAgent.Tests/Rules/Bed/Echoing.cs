using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A conversation that goes on until it is ended: one packet, its answer, the next packet; whatever gets no answer is lost.</summary>
internal sealed class Echoing : IAsyncDisposable
{
    /// <summary>The next packet is sent when an answer has not come by then; one that comes later on a busy machine was not lost.</summary>
    private const int LostAfter = 1000;

    private readonly Socket client;
    private readonly Socket server;
    private readonly Task asking;
    private readonly Task answering;
    private readonly IPEndPoint destination;
    private volatile bool ended;
    private readonly HashSet<int> missing = [];
    private int answered;

    private Echoing(BedPod from, BedPod to, int port, bool ipv6)
    {
        (server, client) = (to.Udp(port, ipv6), from.Udp(0, ipv6));
        (client.ReceiveTimeout, server.ReceiveTimeout) = (LostAfter, LostAfter);
        destination = new IPEndPoint(to.Address(ipv6), port);
        asking = AskAsync();
        answering = Task.Factory.StartNew(Answer, TaskCreationOptions.LongRunning);
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
        return (answered, missing.Count);
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
        var last = 0;
        for (var number = 0; !ended || missing.Count > 0 && number < last + 3; number++)
        {
            last = ended ? last : number;
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
                missing.Add(number);
            }
        }
    }

    private bool Hears(int number, byte[] answer)
    {
        try
        {
            while (true)
            {
                client.Receive(answer);
                if (BitConverter.ToInt32(answer) == number)
                {
                    return true;
                }

                missing.Remove(BitConverter.ToInt32(answer));
            }
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
        while (!asking.IsCompleted)
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
