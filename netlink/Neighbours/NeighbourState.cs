namespace Overlay.Netlink;

/// <summary>What the kernel thinks of a neighbour (NUD_*).</summary>
[Flags]
public enum NeighbourState
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Being asked for.</summary>
    Incomplete = 0x01,

    /// <summary>Confirmed lately.</summary>
    Reachable = 0x02,

    /// <summary>Not confirmed lately.</summary>
    Stale = 0x04,

    /// <summary>About to be asked again.</summary>
    Delay = 0x08,

    /// <summary>Being asked again.</summary>
    Probe = 0x10,

    /// <summary>Does not answer.</summary>
    Failed = 0x20,

    /// <summary>The device needs none.</summary>
    NoArp = 0x40,

    /// <summary>Written by hand: neither asked for nor thrown away, and not counted against gc_thresh since Linux 5.0.</summary>
    Permanent = 0x80,
}
