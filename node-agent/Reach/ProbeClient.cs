using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Reach;

/// <summary>Tries to reach a server that greets.</summary>
/// <param name="server">The server.</param>
/// <param name="bytes">How much it must send back as well; 0: the greeting is enough.</param>
/// <param name="say">Prints a line.</param>
internal sealed class ProbeClient(IPEndPoint server, int bytes, Action<string> say)
{
    private static readonly TimeSpan Try = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries until the expectation comes true: a server needs time to start, and a policy to be in force.</summary>
    /// <param name="expected">What is to be found.</param>
    /// <param name="within">When to give up.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Whether it came true.</returns>
    public async Task<bool> FindsAsync(Expectation expected, TimeSpan within, CancellationToken stop)
    {
        var judge = new ReachJudge(expected);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var problem = await TryAsync(stop);
            if (judge.Note(problem is null))
            {
                say(expected == Expectation.Allowed ? $"{server} answers, as it should" : $"{server} does not answer, as it should be: {problem}");
                return true;
            }

            if (TimeProvider.System.GetElapsedTime(began) > within)
            {
                say(problem is null ? $"{server} ANSWERS, although it should be denied" : $"{server} does NOT answer, although it should be allowed: {problem}");
                return false;
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Connects, waits for the greeting, and for what is to come back.</summary>
    /// <returns>Null: it came; else why not.</returns>
    private async Task<string?> TryAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Try);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        RoundTrip? trip = null;
        try
        {
            await socket.ConnectAsync(server, limit.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            trip = new RoundTrip(stream, bytes);
            return await trip.MakeAsync(limit.Token);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return trip is { Greeted: true }
                ? $"it greets, but only {trip.Returned} of {bytes} bytes came back within {Try.TotalSeconds:0} s: large packets are lost on the way"
                : $"nothing within {Try.TotalSeconds:0} s";
        }
    }
}
