namespace Overlay.Netlink.Links;

/// <summary>Attributes inside a VXLAN device's IFLA_INFO_DATA (linux/if_link.h, IFLA_VXLAN_*).</summary>
internal static class VxlanAttribute
{
    internal const ushort Id = 1;
    internal const ushort Underlay = 3;
    internal const ushort Local = 4;
    internal const ushort TimeToLive = 5;
    internal const ushort Learning = 7;
    internal const ushort Port = 15;
    internal const ushort Local6 = 17;
    internal const ushort UdpChecksum = 18;
    internal const ushort UdpZeroChecksum6Transmit = 19;
    internal const ushort UdpZeroChecksum6Receive = 20;
    internal const ushort GroupBasedPolicy = 23;
}
