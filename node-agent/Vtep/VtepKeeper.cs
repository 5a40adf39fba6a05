using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Pods;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Vtep;

/// <summary>Makes the VTEP and everything on it equal to what the Subnets say.</summary>
/// <param name="host">The node's own network namespace.</param>
/// <param name="options">What the node's administrator wants: MTU, underlay, offload.</param>
/// <param name="log">Hears of repairs.</param>
internal sealed class VtepKeeper(RouteSocket host, AgentOptions options, ILogger<VtepKeeper> log)
{
    private const int LowestMtu = 1280; // RFC 8200, section 5: below it IPv6 does not work

    /// <summary>Compares and repairs; throws <see cref="VtepException"/> when this node can not have its VTEP.</summary>
    /// <returns>How many things were changed, the device's MTU, and which nodes can not be reached from here and why.</returns>
    public (int Changes, int Mtu, ImmutableArray<string> Unreachable) Pass(NodeNetwork node)
    {
        var device = Wanted(node);
        var changes = Forwarding(node);
        var link = Device(device, ref changes);
        Offload();
        if (Sysctl.TryRead($"ipv6/conf/{VtepDevice.Name}/disable_ipv6") is { } off && off != (node.V6 is null ? "1" : "0"))
            Sysctl.TryWrite($"ipv6/conf/{VtepDevice.Name}/disable_ipv6", node.V6 is null ? "1" : "0");
        if (Sysctl.TryRead($"ipv6/conf/{VtepDevice.Name}/accept_ra") is not (null or "0"))
            Sysctl.TryWrite($"ipv6/conf/{VtepDevice.Name}/accept_ra", "0");

        var (reachable, unreachable) = Peers(node, device.Local.AddressFamily);
        var plan = VtepPlan.Of(link.Index, [.. node.VtepAddresses], reachable, VtepKernel.Read(host, link.Index));
        if (plan.Count > 0)
        {
            var failures = host.TryApply(plan.ToBatch()).Where(f => !f.IsMissing).ToArray();
            if (failures.Length > 0)
                throw new VtepException($"{failures.Length} of {plan.Count} changes on {VtepDevice.Name} were refused: {failures[0].Message}", failures[0]);
            VtepLog.Programmed(
                log,
                plan.AddAddresses.Length,
                plan.AddRoutes.Length,
                plan.AddNeighbours.Length,
                plan.AddForwarding.Length,
                plan.RemoveAddresses.Length + plan.RemoveRoutes.Length + plan.RemoveNeighbours.Length + plan.RemoveForwarding.Length
            );
        }

        return (changes + plan.Count, device.Mtu, unreachable);
    }

    private VtepDevice Wanted(NodeNetwork node)
    {
        var (local, address) = Underlay(node);
        _ = address
            ?? throw new VtepException(
                $"the underlay address {local} is on no interface of this node: its Subnet names the Node's InternalIP; correct that, or pass --underlay-address"
            );
        var parent = host.GetLink(address.Link) ?? throw new VtepException($"the underlay device with {local} has just vanished");
        var mtu =
            options.Mtu > 0 ? options.Mtu
            : node.Settings.Mtu > 0 ? node.Settings.Mtu
            : VtepDevice.MtuFor(parent.Mtu, local);
        if (mtu < LowestMtu)
            throw new VtepException($"the MTU {mtu} is below {LowestMtu}: the underlay device {parent.Name} has {parent.Mtu}; raise it, or set OverlayNetwork.spec.mtu");
        return new VtepDevice((uint)node.Settings.Vni, (ushort)node.Settings.Port, local, node.VtepMac, mtu);
    }

    /// <summary>The underlay address, and where it is: as the administrator says, else as our Subnet does.</summary>
    private (IPAddress Local, InterfaceAddress? Address) Underlay(NodeNetwork node)
    {
        var addresses = host.Addresses();
        if (options.UnderlayInterface is { } name)
        {
            var link = host.GetLink(name) ?? throw new VtepException($"the underlay interface {name} does not exist; correct --underlay-interface");
            var first =
                addresses.FirstOrDefault(a => a.Link == link.Index && !a.LinkScope && !a.Address.IsIPv6LinkLocal)
                ?? throw new VtepException($"the underlay interface {name} has no address; correct --underlay-interface");
            return (first.Address, first);
        }

        var local = options.UnderlayAddress ?? node.OwnUnderlay[0];
        return (local, addresses.FirstOrDefault(a => a.Address.Equals(local)));
    }

    /// <summary>Checksums computed by hardware are broken for VXLAN on kernels before 5.7 and on some network cards.</summary>
    private void Offload()
    {
        var wanted = options.ChecksumOffload ?? Environment.OSVersion.Version >= new Version(5, 7);
        if (host.GetChecksumOffload(VtepDevice.Name) == wanted)
            return;
        host.SetChecksumOffload(VtepDevice.Name, wanted);
        VtepLog.ChecksumOffload(log, wanted ? "on" : "off");
    }

    private Link Device(VtepDevice wanted, ref int changes)
    {
        var link = host.GetLink(VtepDevice.Name);
        if (link is not null && !wanted.CanKeep(link))
        {
            VtepLog.Remade(log, $"VNI {link.Vxlan?.Vni}, port {link.Vxlan?.Port}, local {link.Vxlan?.Local}", wanted.ToString());
            host.DeleteLink(link.Index);
            link = null;
        }

        if (link is null)
        {
            changes++;
            link = Create(wanted);
            VtepLog.Created(log, wanted.ToString());
            return link;
        }

        if (wanted.Change(link) is { } change)
        {
            changes++;
            VtepLog.Changed(log, change.ToString());
            host.ChangeLink(link.Index, change);
        }

        return link;
    }

    private Link Create(VtepDevice wanted)
    {
        try
        {
            return host.CreateVxlan(wanted.ToCreate());
        }
        catch (NetlinkException error) when (error.Errno is Errno.EEXIST or Errno.EADDRINUSE)
        {
            throw new VtepException(
                $"another VXLAN device of this node has the VNI {wanted.Vni} on UDP port {wanted.Port}, or the port is taken ({error.Message}): remove it, or choose another OverlayNetwork.spec.vni or port",
                error
            );
        }
    }

    private int Forwarding(NodeNetwork node)
    {
        var changes = 0;
        if (node.V4 is not null && Sysctl.TryRead("ipv4/ip_forward") is "0")
            changes += Enable("ipv4/ip_forward");
        if (node.V6 is not null && Sysctl.TryRead("ipv6/conf/all/forwarding") is "0")
            changes += Enable("ipv6/conf/all/forwarding");
        return changes;
    }

    private int Enable(string setting)
    {
        VtepLog.ForwardingEnabled(log, setting);
        return Sysctl.TryWrite(setting, "1") ? 1 : 0;
    }

    /// <summary>
    /// The other nodes over the family of our own end. A node whose blocks have a family that we have none of is still reached by the other.
    /// </summary>
    private static (ImmutableArray<RemoteNode> Reachable, ImmutableArray<string> Unreachable) Peers(NodeNetwork node, AddressFamily underlay)
    {
        var inside = node.VtepAddresses.Select(a => a.AddressFamily).ToArray();
        var peers = node.Others.Select(o => (o.Name, Peer: o.Over(underlay, inside))).ToArray();
        return (
            [.. peers.Select(p => p.Peer).OfType<RemoteNode>()],
            [.. peers.Where(p => p.Peer is null).Select(p => $"node {p.Name} has no underlay address of our family ({underlay}) and can not be reached")]
        );
    }
}
