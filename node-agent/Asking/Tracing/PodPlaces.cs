using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary>Where this node's pods are, by their addresses.</summary>
/// <param name="attachments">The pods that are wired.</param>
/// <param name="host">The node's links and routes.</param>
internal sealed class PodPlaces(Func<IEnumerable<Attachment>> attachments, RouteSocket host)
{
    /// <summary>The pod's network namespace, open.</summary>
    /// <exception cref="AskException">It is no pod of this node, or can not be entered.</exception>
    public NetworkNamespace Enter(IPAddress address)
    {
        var found = attachments().FirstOrDefault(attachment => attachment.Addresses.Contains(address)) ?? throw new AskException($"{address} is no pod of this node");
        try
        {
            return NamespaceFolders.Open(found.NetworkNamespace);
        }
        catch (NetlinkException missing) when (missing.IsMissing)
        {
            throw new AskException(
                $"the network namespace of {found.PodNamespace}/{found.PodName}, {found.NetworkNamespace}, is not seen from here: an agent that was restarted sees pods' namespaces when the runtime"
                    + " has called the plugin once, as it does when a pod starts or ends (containerd 2: every few seconds). Try again then.");
        }
    }

    /// <summary>The node's end of a pod's wire, as its route to the address says.</summary>
    /// <exception cref="AskException">There is none.</exception>
    public Link HostLink(IPAddress address)
    {
        var route = RouteTo(host, address);
        return route is not null && host.GetLink(route.Link) is { } link && VethNames.IsOne(link.Name) ? link : throw new AskException($"{address} is no pod of this node: no route leads to a wire of ours");
    }

    /// <summary>The route that the main table has for an address: the longest prefix, then the lowest metric.</summary>
    public static Route? RouteTo(RouteSocket routes, IPAddress address) =>
        routes.Routes(address.AddressFamily).Where(route => route.Destination.Contains(address)).OrderByDescending(route => route.Destination.PrefixLength).ThenBy(route => route.Metric).FirstOrDefault();

    /// <summary>A route as people write it.</summary>
    public static string Text(RouteSocket routes, Route? route) =>
        route is null ? "no route" : $"{(route.Destination.PrefixLength == 0 ? "default" : route.Destination)}{(route.Via is { } via ? $" via {via}" : "")} dev {routes.GetLink(route.Link)?.Name}";

    /// <summary>A link as people write it.</summary>
    public static string Text(Link link) =>
        $"{link.Name} {Text(link.MacAddress)} {link.Flags}, group {link.Group}, MTU {link.Mtu}";

    /// <summary>A hardware address as people write it.</summary>
    public static string Text(PhysicalAddress? address) =>
        string.Join(':', (address?.GetAddressBytes() ?? []).Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
}
