namespace Overlay.Netlink;

/// <summary>A device's flags (linux/if.h); only those of use here have names.</summary>
[Flags]
public enum LinkFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Set up by the administrator.</summary>
    Up = 0x1,

    /// <summary>Can broadcast.</summary>
    Broadcast = 0x2,

    /// <summary>A loopback device.</summary>
    Loopback = 0x8,

    /// <summary>Up and with resources.</summary>
    Running = 0x40,

    /// <summary>No ARP and no neighbour discovery: neighbours are written by hand.</summary>
    NoArp = 0x80,

    /// <summary>Receives all packets.</summary>
    Promiscuous = 0x100,

    /// <summary>Can multicast.</summary>
    Multicast = 0x1000,

    /// <summary>Has a carrier: for a veth, the peer is up.</summary>
    LowerUp = 0x1_0000,
}
