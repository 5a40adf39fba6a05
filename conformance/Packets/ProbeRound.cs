using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Overlay.Conformance.Data;
using Overlay.Netlink;

namespace Overlay.Conformance.Packets;

/// <summary>What one probe met.</summary>
internal enum ProbeOutcome
{
    /// <summary>Nothing came back.</summary>
    Silent,

    /// <summary>It connected, and data came back.</summary>
    Open,

    /// <summary>A reset, or an ICMP error.</summary>
    Refused,

    /// <summary>Nothing came back, but the datagram had arrived.</summary>
    Delivered,
}

/// <summary>A cell with the namespace to ask from and the address to ask.</summary>
internal sealed record Inquiry(Cell Cell, NetworkNamespace From, IPEndPoint To);

/// <summary>Asks many questions at once, each with a socket of its own: every probe is a new connection.</summary>
/// <remarks>
/// What connects does so within milliseconds. So silence is silence when it lasts <see cref="Silence"/> longer than the last answer that
/// was to come took; an answer that is to come is waited for at most <see cref="Patience"/> (below the 1 s after which TCP asks again).
/// </remarks>
internal sealed class ProbeRound
{
    /// <summary>How long what should not be answered is listened for after all else has been.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    private readonly ConcurrentDictionary<int, bool> heard = new();
    private int numbers;

    /// <summary>Told of datagrams that arrived.</summary>
    public void Heard(int number) => heard[number] = true;

    /// <summary>Asks.</summary>
    /// <returns>What each question met, in their order.</returns>
    public async Task<ProbeOutcome[]> AskAsync(IReadOnlyList<Inquiry> questions, CancellationToken cancel)
    {
        heard.Clear();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sockets = Open(questions);
        var asking = new Task<ProbeOutcome>[questions.Count];
        for (var i = 0; i < asking.Length; i++)
        {
            asking[i] = questions[i].Cell.Port.Protocol == IpProtocol.TCP
                ? ConnectAsync(sockets[i], questions[i].To, end.Token)
                : SendAsync(sockets[i], questions[i].To, Interlocked.Increment(ref numbers), end.Token);
        }

        var expected = Task.WhenAll(asking.Where((_, i) => questions[i].Cell.Open));
        await Task.WhenAny(expected, Task.Delay(Patience, cancel));
        if (questions.Any(q => !q.Cell.Open))
            await Task.Delay(Silence, cancel);
        await end.CancelAsync();
        var outcomes = await Task.WhenAll(asking);
        cancel.ThrowIfCancellationRequested();
        return outcomes;
    }

    /// <summary>One visit to each namespace opens all sockets there.</summary>
    private static Socket[] Open(IReadOnlyList<Inquiry> questions)
    {
        var sockets = new Socket[questions.Count];
        foreach (var there in questions.Select((question, i) => (question, i)).GroupBy(q => q.question.From))
        {
            there.Key.Run(() =>
            {
                foreach (var (question, i) in there)
                {
                    sockets[i] = question.Cell.Port.Protocol == IpProtocol.TCP
                        ? new Socket(question.To.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0), NoDelay = true }
                        : new Socket(question.To.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                }
            });
        }

        return sockets;
    }

    private static async Task<ProbeOutcome> ConnectAsync(Socket socket, IPEndPoint to, CancellationToken end)
    {
        using (socket)
        {
            try
            {
                await socket.ConnectAsync(to, end);
                return await socket.ReceiveAsync(new byte[1], end) == 1 ? ProbeOutcome.Open : ProbeOutcome.Refused;
            }
            catch (OperationCanceledException)
            {
                return ProbeOutcome.Silent;
            }
            catch (SocketException)
            {
                return ProbeOutcome.Refused;
            }
        }
    }

    private async Task<ProbeOutcome> SendAsync(Socket socket, IPEndPoint to, int number, CancellationToken end)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(buffer, number);
                await socket.ConnectAsync(to, end);
                await socket.SendAsync(buffer, end);
                return await socket.ReceiveAsync(buffer, end) > 0 ? ProbeOutcome.Open : ProbeOutcome.Refused;
            }
            catch (OperationCanceledException)
            {
                return heard.ContainsKey(number) ? ProbeOutcome.Delivered : ProbeOutcome.Silent;
            }
            catch (SocketException)
            {
                return ProbeOutcome.Refused;
            }
        }
    }
}
