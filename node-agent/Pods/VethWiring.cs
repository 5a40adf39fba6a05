using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Vtep;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>Makes, judges and removes pods' wires in the kernel, over netlink only. Thread-safe.</summary>
/// <param name="host">The node's own network namespace.</param>
/// <param name="removal">Takes wires away.</param>
internal sealed partial class VethWiring(RouteSocket host, WireRemoval removal)
{
    private static readonly TimeSpan LocalPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LocalStep = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Makes the wire. The host end is in group 0, which the rules deny, until they know the pod and it is moved to its workload's. Throws with nothing left behind.
    /// </summary>
    /// <exception cref="CniException">8: not a pod's namespace. 100: the interface is there already. 5: the kernel refused.</exception>
    public void Wire(PodWire wire, string networkNamespace)
    {
        removal.Finish(wire.HostName);
        using var inside = PodNamespace.Open(networkNamespace);
        try
        {
            // All that needs the pod's namespace in one visit: each costs two hand-overs between threads, which is most of the time on a busy node.
            var veth = PodNamespace.Run(inside, () => WirePod(wire, inside));
            HostSettings(wire);
            host.Apply(HostBatch(wire, veth));
        }
        catch (NetlinkException error)
        {
            host.DeleteLink(wire.HostName);
            throw new CniException(CniErrorCode.InputOutput, $"the pod could not be wired: {error.Message}", "see the agent's log", error);
        }
        catch (CniException error) when (error.Code is CniErrorCode.AlreadyAttached or CniErrorCode.BadNamespace)
        {
            throw; // nothing was made
        }
        catch
        {
            host.DeleteLink(wire.HostName);
            throw;
        }
    }

    /// <summary>
    /// Waits until the pod's kernel takes packets to its IPv6 address for its own. It makes an added address local in a work item of its own (addrconf_dad_work,
    /// whether or not duplicates are looked for): on a busy node after an ADD that is otherwise done, and a server that binds or a probe that comes before fails.
    /// </summary>
    /// <returns>False when it did not within <see cref="LocalPatience"/>.</returns>
    public static async Task<bool> UntilLocalAsync(PodWire wire, string networkNamespace, TimeProvider time, CancellationToken cancellation)
    {
        if (!wire.HasV6)
            return true;
        using var inside = PodNamespace.Open(networkNamespace);
        using var pod = PodNamespace.Socket(inside);
        var wanted = wire.Addresses.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6).ToArray();
        var began = time.GetTimestamp();
        while (wanted.Except(pod.Routes(AddressFamily.InterNetworkV6, Route.LocalTable).Where(r => r.Type == RouteType.Local).Select(r => r.Destination.BaseAddress)).Any())
        {
            if (time.GetElapsedTime(began) > LocalPatience)
                return false;
            await Task.Delay(LocalStep, time, cancellation);
        }

        return true;
    }

    /// <summary>Cuts the wire, wherever its other end is; routes and neighbours go with it, the devices a little later. False when there was none.</summary>
    public bool Unwire(string hostName) => removal.Cut(hostName);

    /// <summary>Makes the pair and the pod's end; runs inside of the pod's namespace, where the socket to the node stays the node's.</summary>
    private LinkIndex WirePod(PodWire wire, NetworkNamespace inside)
    {
        using var pod = RouteSocket.Open();
        RefuseOthers(wire, inside, pod);
        host.DeleteLink(wire.HostName); // what a half-finished ADD left
        var veth = host.CreateVeth(
            new VethPair
            {
                Name = wire.HostName,
                PeerName = wire.PodName,
                PeerNamespace = inside,
                MacAddress = wire.HostMac,
                PeerMacAddress = wire.PodMac,
                Mtu = wire.Mtu,
                NoArp = true,
            }
        );
        PodSettings(wire);
        var inner = pod.GetLink(wire.PodName) ?? throw Gone(wire.PodName);
        pod.Apply(PodBatch(wire, inner.Index));
        return veth.Index;
    }

    private void RefuseOthers(PodWire wire, NetworkNamespace inside, RouteSocket pod)
    {
        // Of a wire that was cut a moment ago, perhaps; its removal may be under way, and then there is nothing left for us to remove.
        if (pod.GetLink(wire.PodName) is not null)
            removal.Finish();
        if (pod.GetLink(wire.PodName) is not null)
            throw new CniException(
                CniErrorCode.AlreadyAttached,
                $"the interface {wire.PodName} exists already in {inside}",
                "another plugin made it, or the container was added twice; delete it first (CNI DEL)"
            );
        if (pod.GetLink(VtepDevice.Name) is not null)
            throw new CniException(
                CniErrorCode.BadNamespace,
                $"CNI_NETNS {inside} is the node's own network namespace",
                "pods on the host's network are not attached; pass the pod's own namespace"
            );
    }

    private static RouteBatch HostBatch(PodWire wire, LinkIndex veth)
    {
        var batch = new RouteBatch().ChangeLink(veth, new LinkChange { Up = true, Alias = wire.Alias });
        foreach (var address in wire.Addresses)
            batch.ReplaceNeighbour(new Neighbour(veth, address, wire.PodMac)).ReplaceRoute(Route.To(address, veth));
        return batch;
    }

    /// <remarks>
    /// rp_filter is only the second line against spoofed sources (the rules bind address, MAC and interface). Without an address of
    /// its own IPv6 is off on both ends: the unused family must not become a way around (CVE-2020-10749).
    /// route_localnet: what this node's processes send to 127.0.0.1 and a mapped port leaves by the veth, from a loopback address until source NAT;
    /// the rules let in nothing but answers to that.
    /// </remarks>
    private static void HostSettings(PodWire wire)
    {
        Sysctl.TryWrite($"ipv4/conf/{wire.HostName}/rp_filter", "1");
        Sysctl.TryWrite($"ipv6/conf/{wire.HostName}/accept_ra", "0");
        if (wire.CarriesLoopback)
            Sysctl.TryWrite($"ipv4/conf/{wire.HostName}/route_localnet", "1");
        if (!wire.HasV6)
            Sysctl.TryWrite($"ipv6/conf/{wire.HostName}/disable_ipv6", "1");
    }

    private static void PodSettings(PodWire wire)
    {
        Sysctl.TryWrite($"ipv6/conf/{wire.PodName}/accept_ra", "0");
        Sysctl.TryWrite($"ipv6/conf/{wire.PodName}/disable_ipv6", wire.HasV6 ? "0" : "1");
    }

    private static RouteBatch PodBatch(PodWire wire, LinkIndex link)
    {
        var batch = new RouteBatch()
            .ChangeLink(LinkIndex.Loopback, new LinkChange { Up = true })
            .ChangeLink(link, new LinkChange { Up = true });
        foreach (var address in wire.Addresses)
        {
            var gateway = PodGateways.For(address);
            batch
                .AddAddress(new InterfaceAddress(link, address, PrefixLength(address)) { NoDuplicateDetection = true })
                .ReplaceNeighbour(new Neighbour(link, gateway, wire.HostMac));
            if (address.AddressFamily == AddressFamily.InterNetwork)
                batch.AddRoute(Route.To(gateway, link));
            batch.AddRoute(Route.DefaultThrough(gateway, link));
        }

        return batch;
    }

    private static int PrefixLength(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static CniException Gone(string name) =>
        new(CniErrorCode.InputOutput, $"the interface {name} vanished while it was being wired", "the container ended, or somebody deleted it");
}
