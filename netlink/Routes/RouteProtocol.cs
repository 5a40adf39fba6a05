namespace Overlay.Netlink;

/// <summary>Who made a route (rtm_protocol). Any other number is some other program's.</summary>
public enum RouteProtocol
{
    /// <summary>Not known.</summary>
    Unspecified = 0,

    /// <summary>The kernel, for an address.</summary>
    Kernel = 2,

    /// <summary>Somebody, by <c>ip route add</c> without more.</summary>
    Boot = 3,

    /// <summary>The administrator.</summary>
    Static = 4,

    /// <summary>A router advertisement.</summary>
    RouterAdvertisement = 9,

    /// <summary>We. No entry of iproute2's rt_protos has this number; by it the routes of an earlier run are found.</summary>
    Overlay = 79,
}
