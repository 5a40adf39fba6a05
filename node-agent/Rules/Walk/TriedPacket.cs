using System.Net;

namespace Overlay.NodeAgent.Rules.Walk;

/// <summary>The first packet of a connection, which nobody sends: conntrack does not know it, no mark is on its connection.</summary>
internal sealed record TriedPacket
{
    /// <summary>The device it comes by.</summary>
    public required string From { get; init; }

    /// <summary>The device it leaves by.</summary>
    public required string To { get; init; }

    /// <summary>The group of <see cref="From"/>.</summary>
    public uint FromGroup { get; init; }

    /// <summary>The group of <see cref="To"/>.</summary>
    public uint ToGroup { get; init; }

    /// <summary>The mark it has when it comes to the rules that are walked.</summary>
    public uint Mark { get; init; }

    /// <summary>The protocol's number.</summary>
    public required byte Protocol { get; init; }

    /// <summary>The source port; of ICMP type and code, which stand there (RFC 792).</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The destination port; of ICMP whatever stands there (a checksum).</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>The source address.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>The destination address.</summary>
    public required IPAddress Destination { get; init; }
}
