using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Overlay.Netlink;

/// <summary>A route. Two that are equal are the same to the kernel: what is read back equals what was written.</summary>
public sealed record Route
{
    /// <summary>The table that everybody uses.</summary>
    public const int MainTable = 254;

    /// <summary>The kernel's own table of local addresses.</summary>
    public const int LocalTable = 255;

    /// <summary>Where to.</summary>
    public required IPNetwork Destination { get; init; }

    /// <summary>Out of which device.</summary>
    public LinkIndex Link { get; init; }

    /// <summary>The gateway, or null: the destination is on the link.</summary>
    public IPAddress? Via { get; init; }

    /// <summary>The source address this host takes for packets of its own.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Whether the gateway counts as on the link though no address says so.</summary>
    public bool OnLink { get; init; }

    /// <summary>How far the destination is; IPv4 routes without a gateway want <see cref="RouteScope.Link"/>.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>What happens to the packet.</summary>
    public RouteType Type { get; init; } = RouteType.Unicast;

    /// <summary>Who made it.</summary>
    public RouteProtocol Protocol { get; init; } = RouteProtocol.Overlay;

    /// <summary>Which of several routes to one destination wins: the lowest. 0: the kernel's default (IPv6: 1024).</summary>
    public uint Metric { get; init; }

    /// <summary>The table it is in.</summary>
    public int Table { get; init; } = MainTable;

    /// <summary>The largest packet in bytes for this way; 0: the device's.</summary>
    public int Mtu { get; init; }

    /// <summary>A route straight out of a device.</summary>
    public static Route To(IPNetwork destination, LinkIndex link) => new()
    {
        Destination = destination,
        Link = link,
        Scope = destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? RouteScope.Link : RouteScope.Universe,
    };

    /// <summary>A route to one address, straight out of a device.</summary>
    public static Route To(IPAddress destination, LinkIndex link)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return To(new IPNetwork(destination, destination.AddressFamily == AddressFamily.InterNetwork ? 32 : 128), link);
    }

    /// <summary>A route by a gateway.</summary>
    public static Route Through(IPNetwork destination, IPAddress via, LinkIndex link, bool onLink = false) =>
        new() { Destination = destination, Via = via, Link = link, OnLink = onLink };

    /// <summary>The default route by a gateway.</summary>
    public static Route DefaultThrough(IPAddress via, LinkIndex link, bool onLink = false)
    {
        ArgumentNullException.ThrowIfNull(via);
        var any = via.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        return Through(new IPNetwork(any, 0), via, link, onLink);
    }

    /// <summary>As <c>ip route</c> would write it.</summary>
    public override string ToString()
    {
        var via = Via is null ? "" : $" via {Via}";
        var source = Source is null ? "" : $" src {Source}";
        var table = Table == MainTable ? "" : string.Create(CultureInfo.InvariantCulture, $" table {Table}");
        return $"{Destination}{via} dev {Link}{source}{(OnLink ? " onlink" : "")}{table} proto {Protocol}";
    }
}
