using System.Net;
using Overlay.Netlink;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Ports;

/// <summary>
/// Forgets UDP flows to a mapped port of the node that go elsewhere than to its pod: they began before the mapping, and as long as the client sends
/// on, conntrack would keep them where they go. (TCP clients call again by themselves; flows to a pod that is gone go with its addresses.)
/// </summary>
/// <param name="conntrack">The connection table.</param>
/// <param name="host">Tells the node's addresses.</param>
internal sealed class HostPortConnections(ConntrackSocket conntrack, RouteSocket host)
{
    /// <summary>Forgets them.</summary>
    /// <param name="pods">The pods whose mappings count.</param>
    /// <returns>How many were forgotten.</returns>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public int Forget(IEnumerable<PodWiring> pods)
    {
        var mapped = pods.Where(pod => pod.Ports.Any(port => port.Protocol == IpProtocol.UDP)).ToList();
        if (mapped.Count == 0)
            return 0;
        var node = host.Addresses().Select(address => address.Address).ToHashSet();
        var stale = Stale(conntrack.Connections(), mapped, node).ToList();
        if (stale.Count > 0)
            conntrack.Delete(stale);
        return stale.Count;
    }

    /// <summary>Which they are. Pure.</summary>
    /// <param name="connections">The connection table.</param>
    /// <param name="pods">The pods whose mappings count.</param>
    /// <param name="node">The node's addresses.</param>
    internal static IEnumerable<Connection> Stale(IEnumerable<Connection> connections, IReadOnlyCollection<PodWiring> pods, IReadOnlySet<IPAddress> node)
    {
        var udp = pods.SelectMany(pod => pod.Ports.Where(port => port.Protocol == IpProtocol.UDP).Select(port => (Port: port, Pod: pod))).ToLookup(pair => pair.Port.HostPort);
        return connections.Where(c =>
            c.Original.Protocol == IpProtocol.UDP.Number()
            && udp.Contains(c.Original.DestinationPort)
            && node.Contains(c.Original.Destination)
            && udp[c.Original.DestinationPort].Any(pair => pair.Port.IsOn(c.Original.Destination) && !pair.Pod.Addresses.Contains(c.Reply.Source))
        );
    }
}
