using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>What became of a flow.</summary>
/// <param name="Name">Who talks to whom.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Lost">Messages that nobody answered.</param>
/// <param name="Broken">Why the connection ended; null: it did not.</param>
internal sealed record FlowReport(string Name, long Sent, long Lost, string? Broken);

/// <summary>A running conversation: numbered messages at a steady pace, each of which must come back.</summary>
internal sealed class Flow : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly string _name;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, bool> _open = [];
    private readonly Task _talking;
    private readonly Task _listening;
    private long _sent;
    private volatile string? _broken;

    private Flow(string name, Socket socket)
    {
        (_name, _socket) = (name, socket);
        _listening = Task.Run(socket.SocketType == SocketType.Stream ? ListenStreamAsync : ListenAsync);
        _talking = Task.Run(TalkAsync);
    }

    /// <summary>Messages answered so far.</summary>
    public long Answered => Interlocked.Read(ref _sent) - _open.Count;

    /// <summary>Begins a conversation of two pods.</summary>
    /// <param name="from">The client.</param>
    /// <param name="to">The server.</param>
    /// <param name="type">Stream or datagram.</param>
    public static Task<Flow> StartAsync(FaultPod from, FaultPod to, SocketType type) =>
        StartAsync($"{type} {from.Name} ({from.Node.Name}) to {to.Name} ({to.Node.Name})", from.Space, to.At, type);

    /// <summary>Begins a conversation; TCP has connected and been greeted when this returns.</summary>
    /// <param name="name">Who talks to whom.</param>
    /// <param name="from">The client's namespace.</param>
    /// <param name="to">The server: it greets, and sends back what it gets.</param>
    /// <param name="type">Stream or datagram.</param>
    public static async Task<Flow> StartAsync(string name, NetworkNamespace from, IPEndPoint to, SocketType type)
    {
        var socket = Probe.Open(from, to.AddressFamily, type);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(to, limit.Token);
        if (type == SocketType.Stream)
        {
            socket.NoDelay = true;
            var one = new byte[1];
            do
                await socket.ReceiveAsync(one, limit.Token);
            while (one[0] != '\n');
        }

        return new Flow(name, socket);
    }

    /// <summary>One TCP and one UDP conversation for each pair.</summary>
    public static async Task<List<Flow>> StartAllAsync(IEnumerable<(FaultPod From, FaultPod To)> pairs)
    {
        var flows = new List<Flow>();
        foreach (var (from, to) in pairs)
        {
            flows.Add(await StartAsync(from, to, SocketType.Stream));
            flows.Add(await StartAsync(from, to, SocketType.Dgram));
        }

        return flows;
    }

    /// <summary>Ends conversations; what is still under way has a second and a half.</summary>
    public static async Task<IReadOnlyList<FlowReport>> StopAllAsync(IReadOnlyCollection<Flow> flows)
    {
        var reports = await Task.WhenAll(flows.Select(f => f.StopAsync()));
        foreach (var flow in flows)
            await flow.DisposeAsync();
        return reports;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await Task.WhenAll(_talking, _listening);
        _stopping.Dispose();
    }

    private async Task<FlowReport> StopAsync()
    {
        await _stopping.CancelAsync();
        await _talking;
        var began = Stopwatch.StartNew();
        while (!_open.IsEmpty && _broken is null && began.Elapsed < TimeSpan.FromSeconds(1.5))
            await Task.Delay(10);
        return new FlowReport(_name, _sent, _open.Count, _broken);
    }

    private async Task TalkAsync()
    {
        var message = new byte[8];
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref _sent);
                _open[number] = true;
                BinaryPrimitives.WriteInt64BigEndian(message, number);
                await _socket.SendAsync(message, CancellationToken.None);
                await Task.Delay(Pace, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (SocketException e)
        {
            _broken = $"sending: {e.SocketErrorCode}";
        }
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[2048];
        while (true)
        {
            try
            {
                // The greeting comes first, our message last.
                var length = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                _open.TryRemove(BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(length - 8)), out _);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException e)
            {
                _broken = $"receiving: {e.SocketErrorCode}";
                return;
            }
        }
    }

    private async Task ListenStreamAsync()
    {
        var message = new byte[8];
        try
        {
            while (true)
            {
                for (var have = 0; have < message.Length;)
                {
                    var length = await _socket.ReceiveAsync(message.AsMemory(have), CancellationToken.None);
                    if (length == 0)
                    {
                        _broken = "the server closed";
                        return;
                    }

                    have += length;
                }

                _open.TryRemove(BinaryPrimitives.ReadInt64BigEndian(message), out _);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // Stopped.
        }
        catch (SocketException e)
        {
            _broken = $"receiving: {e.SocketErrorCode}";
        }
    }
}
