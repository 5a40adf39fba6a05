namespace Overlay.Netlink.NfTables;

/// <summary>The family of a table (NFPROTO_*).</summary>
public enum NfFamily
{
    /// <summary>Any, when listing.</summary>
    Any = 0,

    /// <summary>IPv4 and IPv6 together.</summary>
    Inet = 1,

    /// <summary>IPv4: <c>ip</c>.</summary>
    IPv4 = 2,

    /// <summary>ARP.</summary>
    Arp = 3,

    /// <summary>A device's ingress or egress.</summary>
    NetDevice = 5,

    /// <summary>Bridges.</summary>
    Bridge = 7,

    /// <summary>IPv6: <c>ip6</c>.</summary>
    IPv6 = 10,
}
