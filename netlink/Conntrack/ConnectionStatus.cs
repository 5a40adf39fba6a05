namespace Overlay.Netlink.Conntrack;

/// <summary>What conntrack knows of a connection (IPS_*); only those of use here have names.</summary>
[Flags]
public enum ConnectionStatus
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Expected by another connection.</summary>
    Expected = 1,

    /// <summary>Packets were seen in both directions.</summary>
    SeenReply = 2,

    /// <summary>Is not thrown away early.</summary>
    Assured = 4,

    /// <summary>Its first packet has left the host.</summary>
    Confirmed = 8,

    /// <summary>Its source is rewritten.</summary>
    SourceNat = 16,

    /// <summary>Its destination is rewritten.</summary>
    DestinationNat = 32,
}
