using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>What one end of a wire must have; it may have more, which later plugins of a chain added.</summary>
internal sealed record WireEnd(
    string Name,
    PhysicalAddress Mac,
    int Mtu,
    ImmutableArray<Route> Routes,
    ImmutableArray<Neighbour> Neighbours,
    ImmutableArray<IPAddress> Addresses
);

/// <summary>Compares one end of a wire with the kernel's state.</summary>
internal static class WireCheck
{
    /// <summary>What is missing or different, in words.</summary>
    public static IEnumerable<string> Differences(
        WireEnd end,
        Link link,
        IReadOnlyList<Route> routes,
        IReadOnlyList<Neighbour> neighbours,
        IReadOnlyList<IPAddress> addresses
    )
    {
        if (!link.IsUp)
            yield return $"{end.Name} is down";
        if ((link.Flags & LinkFlags.NoArp) == 0)
            yield return $"{end.Name} resolves neighbours (NOARP is off)";
        if (!end.Mac.Equals(link.MacAddress))
            yield return $"{end.Name} has the MAC {link.MacAddress}, not {end.Mac}";
        if (link.Mtu != end.Mtu)
            yield return $"{end.Name} has the MTU {link.Mtu}, not {end.Mtu}";
        foreach (var address in end.Addresses.Where(a => !addresses.Contains(a)))
            yield return $"{end.Name} lacks the address {address}";
        foreach (var route in end.Routes.Where(r => !routes.Any(k => k.Destination.Equals(r.Destination) && Equals(k.Via, r.Via))))
            yield return $"{end.Name} lacks the route {route}";
        foreach (var neighbour in end.Neighbours.Where(n => !neighbours.Any(k => k.Address.Equals(n.Address) && n.MacAddress!.Equals(k.MacAddress))))
            yield return $"{end.Name} lacks the neighbour {neighbour}";
    }
}
