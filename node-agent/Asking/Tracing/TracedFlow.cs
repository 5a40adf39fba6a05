using System.Net;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Asking.Questions;
using Overlay.Policy;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary>The connection that is traced.</summary>
/// <param name="Source">The pod that opens it.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Protocol">TCP or UDP.</param>
internal sealed record TracedFlow(IPAddress Source, IPEndPoint Destination, IpProtocol Protocol)
{
    /// <summary>Reads <c>SOURCE DESTINATION PROTOCOL PORT</c>.</summary>
    /// <exception cref="AskException">They are not that.</exception>
    public static TracedFlow Of(IReadOnlyList<string> arguments)
    {
        var protocol = Arguments.Protocol(arguments[2]);
        if (protocol is not (IpProtocol.TCP or IpProtocol.UDP))
            throw new AskException($"{protocol} is not traced: TCP and UDP are");
        return new TracedFlow(Arguments.Address(arguments[0]), new IPEndPoint(Arguments.Address(arguments[1]), Arguments.Number(arguments[3])), protocol);
    }

    /// <summary>Whether a packet on the underlay belongs to it, and in which direction it goes; null: it does not.</summary>
    public bool? IsReply(VxlanPacket packet) =>
        packet.Protocol != Protocol.Number() ? null
        : packet.Inner.Source.Address.Equals(Source) && packet.Inner.Destination.Equals(Destination) ? false
        : packet.Inner.Source.Equals(Destination) && packet.Inner.Destination.Address.Equals(Source) ? true
        : null;
}
