using Overlay.Netlink;

namespace Overlay.NodeAgent.Vtep;

/// <summary>What the kernel has on the VTEP. Of three kinds there may be thousands: those are read when they are looked at, one kind after the other.</summary>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Routes">The main table's routes out of it.</param>
/// <param name="Neighbours">Its neighbours.</param>
/// <param name="Forwarding">Its forwarding entries.</param>
internal sealed record VtepKernel(
    IReadOnlyList<InterfaceAddress> Addresses,
    IEnumerable<Route> Routes,
    IEnumerable<Neighbour> Neighbours,
    IEnumerable<ForwardingEntry> Forwarding
)
{
    /// <summary>Reads it; all but the addresses when it is looked at, anew each time.</summary>
    public static VtepKernel Read(RouteSocket socket, LinkIndex vtep) =>
        new(socket.Addresses(vtep), Later(() => socket.Routes(link: vtep)), Later(() => socket.Neighbours(vtep)), Later(() => socket.ForwardingEntries(vtep)));

    private static IEnumerable<T> Later<T>(Func<IReadOnlyList<T>> read)
    {
        foreach (var item in read())
            yield return item;
    }
}
