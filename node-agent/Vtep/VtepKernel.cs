using Overlay.Netlink;

namespace Overlay.NodeAgent.Vtep;

/// <summary>What the kernel has on the VTEP.</summary>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Routes">The main table's routes out of it.</param>
/// <param name="Neighbours">Its neighbours.</param>
/// <param name="Forwarding">Its forwarding entries.</param>
internal sealed record VtepKernel(
    IReadOnlyList<InterfaceAddress> Addresses,
    IReadOnlyList<Route> Routes,
    IReadOnlyList<Neighbour> Neighbours,
    IReadOnlyList<ForwardingEntry> Forwarding
)
{
    /// <summary>Reads it.</summary>
    public static VtepKernel Read(RouteSocket socket, LinkIndex vtep) =>
        new(socket.Addresses(vtep), socket.Routes(link: vtep), socket.Neighbours(vtep), socket.ForwardingEntries(vtep));
}
