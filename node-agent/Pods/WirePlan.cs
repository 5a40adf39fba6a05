using Overlay.NodeAgent.Addresses;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>What is missing on the host ends of pods' wires: routes and neighbours vanish when a veth flaps. Pure.</summary>
internal static class WirePlan
{
    /// <summary>The changes; a batch of none when all is well.</summary>
    /// <param name="attachments">The pods.</param>
    /// <param name="links">All devices by name.</param>
    /// <param name="routes">Our routes, the VTEP's or not.</param>
    /// <param name="neighbours">All neighbours, the VTEP's or not.</param>
    public static RouteBatch Of(
        IEnumerable<Attachment> attachments,
        IReadOnlyDictionary<string, Link> links,
        IEnumerable<Route> routes,
        IEnumerable<Neighbour> neighbours
    )
    {
        var haveRoutes = routes.Select(r => (r.Link, r.Destination)).ToHashSet();
        var haveNeighbours = neighbours.Where(n => n.State == NeighbourState.Permanent).Select(n => (n.Link, n.Address, n.MacAddress)).ToHashSet();
        var batch = new RouteBatch();
        foreach (var attachment in attachments)
        {
            var wire = PodWire.Of(attachment, 0);
            if (!links.TryGetValue(wire.HostName, out var link) || link.Group == 0)
                continue;
            var mac = wire.HostMac.Equals(link.MacAddress) ? null : wire.HostMac;
            if (!link.IsUp || mac is not null)
                batch.ChangeLink(link.Index, new LinkChange { Up = true, MacAddress = mac });
            foreach (var address in wire.Addresses)
            {
                var route = Route.To(address, link.Index);
                if (!haveNeighbours.Contains((link.Index, address, wire.PodMac)))
                    batch.ReplaceNeighbour(new Neighbour(link.Index, address, wire.PodMac));
                if (!haveRoutes.Contains((link.Index, route.Destination)))
                    batch.ReplaceRoute(route);
            }
        }

        return batch;
    }
}
