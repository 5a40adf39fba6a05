using System.Net;
using System.Net.Sockets;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>What became of a flood.</summary>
/// <param name="Sent">Datagrams that left.</param>
/// <param name="Delivered">Datagrams that arrived.</param>
internal sealed record FloodReport(long Sent, long Delivered);

/// <summary>Datagrams without pause towards one who must not get them, counted where they would arrive.</summary>
/// <remarks>Owns its sockets.</remarks>
internal sealed class Flood : IAsyncDisposable
{
    private const int Burst = 10;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Socket _mouth;
    private readonly Socket _ear;
    private readonly Task _sending;
    private readonly Task _hearing;
    private long _sent;
    private long _delivered;

    private Flood(Socket mouth, Socket ear, IPEndPoint to)
    {
        (_mouth, _ear) = (mouth, ear);
        _hearing = Task.Run(HearAsync);
        _sending = Task.Run(() => SendAsync(to));
    }

    /// <summary>Begins.</summary>
    /// <param name="from">The namespace that sends.</param>
    /// <param name="victim">The namespace that has the address.</param>
    /// <param name="to">Where to; nobody else may listen there.</param>
    public static Flood Start(NetworkNamespace from, NetworkNamespace victim, IPEndPoint to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return new Flood(Probe.Open(from, to.AddressFamily, SocketType.Dgram), Probe.Open(victim, to.AddressFamily, SocketType.Dgram, to), to);
    }

    /// <summary>Ends it; what is under way has half a second.</summary>
    public async Task<FloodReport> StopAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        await Task.Delay(500, CancellationToken.None);
        await DisposeAsync();
        return new FloodReport(_sent, _delivered);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        _mouth.Dispose();
        _ear.Dispose();
        await _hearing;
        _stopping.Dispose();
    }

    private async Task SendAsync(IPEndPoint to)
    {
        while (!_stopping.IsCancellationRequested)
        {
            for (var i = 0; i < Burst; i++)
            {
                try
                {
                    await _mouth.SendToAsync("denied"u8.ToArray(), to, CancellationToken.None);
                    Interlocked.Increment(ref _sent);
                }
                catch (SocketException)
                {
                    // "Prohibited" about an earlier one.
                }
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }

    private async Task HearAsync()
    {
        var buffer = new byte[64];
        while (true)
        {
            try
            {
                await _ear.ReceiveAsync(buffer, CancellationToken.None);
                Interlocked.Increment(ref _delivered);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
