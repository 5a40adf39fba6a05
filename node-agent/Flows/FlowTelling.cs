using System.Text.Json;
using Microsoft.Extensions.Logging;
using Overlay.Api.Flows;
using Overlay.Netlink;
using Overlay.Netlink.PacketLog;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Flows;

/// <summary>Hears what the rules tell of packets, joins it with names and policies, and tells people: a line in the log, a count, whoever follows.</summary>
/// <param name="inForce">What the rules in force were made from; null while there are none.</param>
/// <param name="join">Joins.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of failures.</param>
internal sealed class FlowTelling(Func<GatheredRules?> inForce, FlowJoin join, TimeProvider time, ILogger<FlowTelling> log)
{
    /// <summary>How long a group that somebody else listens to is left alone.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private LocalEnds? _local;
    private GatheredRules? _localOf;
    private long _lostBefore;
    private PacketLogSocket? _socket;

    /// <summary>The last flows.</summary>
    public FlowBook Book { get; } = new();

    /// <summary>Takes a line of JSON for each flow.</summary>
    public TextWriter Lines { get; set; } = TextWriter.Null;

    /// <summary>Told of each flow, too.</summary>
    public Action<ToldFlow>? Told { get; set; }

    /// <summary>Logged packets that came faster than they were read.</summary>
    public long Lost => _lostBefore + (_socket?.Lost ?? 0);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellation);
            }
            catch (Exception error) when (error is NetlinkException or System.Net.Sockets.SocketException)
            {
                FlowLog.NotListening(log, error.Message, RetryAfter);
                await WaitAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The end.
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        using var socket = PacketLogSocket.Open(LogPrefix.Group, new PacketLogSettings());
        _socket = socket;
        try
        {
            await foreach (var packet in socket.ReadAsync(cancellation))
                Take(packet);
        }
        finally
        {
            _lostBefore += socket.Lost;
            _socket = null;
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(RetryAfter, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Tells what a packet means. One that can not be joined costs a line, never the others.</summary>
    internal void Take(LoggedPacket packet)
    {
        if (inForce() is not { } gathered)
            return;
        if (!ReferenceEquals(gathered, _localOf))
            (_local, _localOf) = (new LocalEnds(gathered), gathered);
        try
        {
            foreach (var told in join.Join(packet, _local!, time.GetUtcNow()))
            {
                Lines.WriteLine(JsonSerializer.Serialize(told.Flow, FlowJson.Default.Flow));
                Book.Add(told.Flow);
                Told?.Invoke(told);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            FlowLog.NotJoined(log, error.Message, error);
        }
    }
}
