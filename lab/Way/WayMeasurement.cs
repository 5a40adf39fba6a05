using Overlay.Lab.Capture;
using Overlay.Lab.Probes;
using Overlay.Lab.Underlay;

namespace Overlay.Lab.Way;

/// <summary>One real connection and everything that was seen of it on its way.</summary>
/// <param name="Client">Pod B of the design.</param>
/// <param name="Server">Pod A, on another node.</param>
/// <param name="Port">A's port.</param>
/// <param name="Result">What the client met.</param>
/// <param name="SourceBefore">The client's node's counters before.</param>
/// <param name="SourceAfter">And after.</param>
/// <param name="TargetBefore">The server's node's counters before.</param>
/// <param name="TargetAfter">And after.</param>
/// <param name="DeliveredBefore">Packets into the server's veth before.</param>
/// <param name="DeliveredAfter">And after.</param>
/// <param name="Underlay">The VXLAN packets of this connection on the underlay.</param>
public sealed record WayMeasurement(
    LabPod Client,
    LabPod Server,
    int Port,
    ProbeResult Result,
    NodeCounters SourceBefore,
    NodeCounters SourceAfter,
    NodeCounters TargetBefore,
    NodeCounters TargetAfter,
    long DeliveredBefore,
    long DeliveredAfter,
    IReadOnlyList<VxlanPacket> Underlay)
{
    /// <summary>The port of VXLAN in the lab's network.</summary>
    public const int VxlanPort = 4789;

    /// <summary>Listens on the underlay, reads counters, connects, reads counters again.</summary>
    /// <param name="cluster">The lab.</param>
    /// <param name="client">The client.</param>
    /// <param name="server">The server, on another node.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<WayMeasurement> TakeAsync(LabCluster cluster, LabPod client, LabPod server, int port, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        var wire = PodVeth.Of(server);
        using var capture = PacketCapture.Start(cluster.Underlay.Space, UnderlayNetwork.PortOf(server.Node.Name));
        var (source, target, delivered) = (NodeCounters.Read(client.Node), NodeCounters.Read(server.Node), wire.SentToPod(server));
        var result = await client.TcpAsync(server.At(port), cancel);
        await Task.Delay(150, cancel);
        var seen = capture.Frames
            .Select(frame => VxlanPacket.Parse(frame, VxlanPort))
            .OfType<VxlanPacket>()
            .Where(p => IsBetween(p, client, server, port))
            .ToList();
        return new WayMeasurement(
            client,
            server,
            port,
            result,
            source,
            NodeCounters.Read(client.Node),
            target,
            NodeCounters.Read(server.Node),
            delivered,
            wire.SentToPod(server),
            seen);
    }

    /// <summary>The first packet of the connection on the underlay.</summary>
    public VxlanPacket? Request => Underlay.FirstOrDefault(p => p.IsSyn && p.Inner.Destination.Address.Equals(Server.Address));

    /// <summary>The first answer on the underlay.</summary>
    public VxlanPacket? Reply => Underlay.FirstOrDefault(p => p.IsSynAck && p.Inner.Source.Address.Equals(Server.Address));

    /// <summary>How much a counter of the client's node grew.</summary>
    /// <param name="counter">Its name.</param>
    public long AtSource(string counter) => SourceAfter.Since(counter, SourceBefore);

    /// <summary>How much a counter of the server's node grew.</summary>
    /// <param name="counter">Its name.</param>
    public long AtTarget(string counter) => TargetAfter.Since(counter, TargetBefore);

    private static bool IsBetween(VxlanPacket packet, LabPod client, LabPod server, int port) =>
        (packet.Inner.Source.Address.Equals(client.Address) && packet.Inner.Destination.Equals(server.At(port)))
        || (packet.Inner.Source.Equals(server.At(port)) && packet.Inner.Destination.Address.Equals(client.Address));
}
