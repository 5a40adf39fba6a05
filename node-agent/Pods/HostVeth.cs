using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>A pod veth's host end as the kernel has it.</summary>
/// <param name="Link">The device.</param>
/// <param name="Addresses">The pod addresses that routes send to it.</param>
internal sealed record HostVeth(Link Link, ImmutableArray<IPAddress> Addresses)
{
    /// <summary>The attachment that the kernel's note tells of; null when there is no such note, or it is another's.</summary>
    public Attachment? Told =>
        PodAlias.Read(Link.Alias, Of(AddressFamily.InterNetwork), Of(AddressFamily.InterNetworkV6)) is { } told
        && string.Equals(VethNames.Of(told.Key), Link.Name, StringComparison.Ordinal)
            ? told
            : null;

    /// <summary>All of them but those that are being removed.</summary>
    public static IReadOnlyList<HostVeth> ReadAll(RouteSocket host)
    {
        var links = host.Links().Where(l => l.Group != InterfaceGroups.Leaving && string.Equals(l.Kind, "veth", StringComparison.Ordinal) && VethNames.IsOne(l.Name)).ToArray();
        if (links.Length == 0)
            return [];
        var vtep = host.GetLink(VtepDevice.Name)?.Index;
        var routes = host.Routes(protocol: RouteProtocol.Overlay, except: vtep).Where(IsHostRoute).ToLookup(r => r.Link, r => r.Destination.BaseAddress);
        return [.. links.Select(l => new HostVeth(l, [.. routes[l.Index]]))];
    }

    private IPAddress? Of(AddressFamily family) => Addresses.FirstOrDefault(a => a.AddressFamily == family);

    private static bool IsHostRoute(Route route) =>
        route.Destination.PrefixLength == (route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
