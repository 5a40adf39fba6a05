using Overlay.Netlink;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Pods;

/// <content>Whether a wire is there, and as it was made.</content>
internal sealed partial class VethWiring
{
    /// <summary>Whether the wire is there, and ends in this namespace.</summary>
    public bool Exists(string hostName, string podName, string networkNamespace)
    {
        if (host.GetLink(hostName) is null or { Group: InterfaceGroups.Leaving })
            return false;
        using var inside = PodNamespace.Open(networkNamespace);
        using var pod = PodNamespace.Socket(inside);
        return pod.GetLink(podName) is not null;
    }

    /// <summary>Whether the wire is in a workload's group: rules know who is behind it.</summary>
    public bool IsJudged(PodWire wire) => host.GetLink(wire.HostName) is { } link && InterfaceGroups.IsWorkload(link.Group);

    /// <summary>What is not as <see cref="Wire"/> made it; empty when all is well.</summary>
    /// <exception cref="CniException">8: not a namespace.</exception>
    public IReadOnlyList<string> Verify(PodWire wire, string networkNamespace)
    {
        using var inside = PodNamespace.Open(networkNamespace);
        using var pod = PodNamespace.Socket(inside);
        return [.. VerifyHost(wire), .. VerifyPod(wire, pod)];
    }

    private IEnumerable<string> VerifyHost(PodWire wire)
    {
        if (host.GetLink(wire.HostName) is not { } link)
            return [$"the host end {wire.HostName} is gone"];
        return WireCheck.Differences(
            new WireEnd(wire.HostName, wire.HostMac, wire.Mtu, [.. wire.Addresses.Select(a => Route.To(a, link.Index))], [.. wire.Addresses.Select(a => new Neighbour(link.Index, a, wire.PodMac))], []),
            link,
            host.Routes(link: link.Index),
            host.Neighbours(link.Index),
            []
        );
    }

    private static IEnumerable<string> VerifyPod(PodWire wire, RouteSocket pod)
    {
        if (pod.GetLink(wire.PodName) is not { } link)
            return [$"the interface {wire.PodName} is gone"];
        return WireCheck.Differences(
            new WireEnd(
                wire.PodName,
                wire.PodMac,
                wire.Mtu,
                [.. wire.Addresses.Select(a => Route.DefaultThrough(PodGateways.For(a), link.Index))],
                [.. wire.Addresses.Select(a => new Neighbour(link.Index, PodGateways.For(a), wire.HostMac))],
                wire.Addresses
            ),
            link,
            pod.Routes(link: link.Index),
            pod.Neighbours(link.Index),
            [.. pod.Addresses(link.Index).Select(a => a.Address)]
        );
    }
}
