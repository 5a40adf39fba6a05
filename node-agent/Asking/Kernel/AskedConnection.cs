using System.Net;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.NodeAgent.Rules.Walk;
using Overlay.NodeAgent.Vtep;
using Overlay.Policy;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>The connection that is asked about.</summary>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Protocol">By which protocol.</param>
/// <param name="Port">The destination's port; of ICMP type and code.</param>
/// <param name="Tag">The tag that a packet of another node carries; 0: it comes from outside.</param>
/// <param name="Isolated">Whether it says that its sender's egress is isolated.</param>
internal sealed record AskedConnection(IPAddress Source, IPAddress Destination, IpProtocol Protocol, ushort Port, Tag Tag, bool Isolated)
{
    private const ushort SomePort = 40000;

    /// <summary>A device that is none of ours.</summary>
    private const string Elsewhere = "underlay";

    /// <summary>Its first packet.</summary>
    /// <param name="from">The sender, if it is a pod of this node.</param>
    /// <param name="to">The destination, if it is one.</param>
    /// <param name="mark">The packet's mark.</param>
    /// <param name="host">The node's links.</param>
    /// <exception cref="AskException">Neither is a pod of this node, or one's device is gone.</exception>
    public TriedPacket FirstPacket(KernelSender? from, KernelSender? to, uint mark, RouteSocket host) =>
        from is null && to is null
            ? throw new AskException($"neither {Source} nor {Destination} is a pod of this node")
            : new TriedPacket
            {
                From = from?.Veth ?? (Tag.Value == 0 ? Elsewhere : VtepDevice.Name),
                To = to?.Veth ?? Elsewhere,
                FromGroup = GroupOf(from, host),
                ToGroup = GroupOf(to, host),
                Mark = mark,
                Protocol = Protocol.Number(),
                SourcePort = Protocol.IsIcmp() ? Port : SomePort,
                DestinationPort = Protocol.IsIcmp() ? SomePort : Port,
                Source = Source,
                Destination = Destination,
            };

    private static uint GroupOf(KernelSender? pod, RouteSocket host) =>
        pod is null ? 0 : host.GetLink(pod.Veth)?.Group ?? throw new AskException($"the kernel lets {pod.Veth} send, but there is no such device");
}
