namespace Overlay.Netlink;

/// <summary>How far away a route's destination is (rtm_scope). IPv6 knows only <see cref="Universe"/>.</summary>
public enum RouteScope
{
    /// <summary>Behind a gateway.</summary>
    Universe = 0,

    /// <summary>On the link.</summary>
    Link = 253,

    /// <summary>The host itself.</summary>
    Host = 254,
}
