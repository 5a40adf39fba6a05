using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Vtep;

/// <summary>What this node's VTEP must be.</summary>
/// <param name="Vni">The VXLAN network identifier.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="Local">This node's underlay address; its family is the underlay's.</param>
/// <param name="Mac">The hardware address that every other node knows from our Subnet.</param>
/// <param name="Mtu">Bytes an inner packet may have.</param>
internal sealed record VtepDevice(uint Vni, ushort Port, IPAddress Local, PhysicalAddress Mac, int Mtu)
{
    /// <summary>The device's name on every node.</summary>
    public const string Name = "overlay-vtep";

    /// <summary>Outer headers over IPv4: 20 + 8 UDP + 8 VXLAN + 14 inner Ethernet.</summary>
    private const int OverheadV4 = 50;

    /// <summary>Outer headers over IPv6: 40 + 8 UDP + 8 VXLAN + 14 inner Ethernet.</summary>
    private const int OverheadV6 = 70;

    /// <summary>The largest inner packet for an underlay device's MTU.</summary>
    public static int MtuFor(int underlayMtu, IPAddress local) =>
        underlayMtu - (local.AddressFamily == AddressFamily.InterNetwork ? OverheadV4 : OverheadV6);

    /// <summary>The device to create.</summary>
    public VxlanDevice ToCreate() =>
        new()
        {
            Name = Name,
            MacAddress = Mac,
            Mtu = Mtu,
            Group = InterfaceGroups.Vtep,
            Up = true,
            Attributes = new VxlanAttributes
            {
                Vni = Vni,
                Port = Port,
                Local = Local,
                Learning = false,
                GroupBasedPolicy = true,
                UdpZeroChecksum6Transmit = false,
                UdpZeroChecksum6Receive = true,
            },
        };

    /// <summary>Whether a device that is there can be kept: what differs here is fixed at creation, so it must be made anew.</summary>
    public bool CanKeep(Link link) =>
        link.Vxlan is { } v && v.Vni == Vni && v.Port == Port && Local.Equals(v.Local) && v.GroupBasedPolicy && !v.Learning;

    /// <summary>What to change of a device that can be kept; null when nothing.</summary>
    public LinkChange? Change(Link link)
    {
        var change = new LinkChange
        {
            MacAddress = Mac.Equals(link.MacAddress) ? null : Mac,
            Mtu = link.Mtu == Mtu ? null : Mtu,
            Group = link.Group == InterfaceGroups.Vtep ? null : InterfaceGroups.Vtep,
            Up = link.IsUp ? null : true,
        };
        return change == new LinkChange() ? null : change;
    }
}
