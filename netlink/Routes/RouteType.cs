namespace Overlay.Netlink;

/// <summary>What happens to a packet that takes a route (rtm_type).</summary>
public enum RouteType
{
    /// <summary>It goes to the gateway or the link.</summary>
    Unicast = 1,

    /// <summary>It is ours.</summary>
    Local = 2,

    /// <summary>It is broadcast.</summary>
    Broadcast = 3,

    /// <summary>It is multicast.</summary>
    Multicast = 5,

    /// <summary>It is dropped without a word.</summary>
    Blackhole = 6,

    /// <summary>It is refused: no route to host.</summary>
    Unreachable = 7,

    /// <summary>It is refused: administratively prohibited.</summary>
    Prohibit = 8,
}
