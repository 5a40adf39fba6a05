using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>A set or map of the skeleton whose elements come and go, with the shape of its key.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Key">The components of its key.</param>
internal sealed record ElementSet(string Name, params ImmutableArray<Field> Key)
{
    /// <summary>The components of a map's value.</summary>
    public ImmutableArray<Field> Value { get; init; } = [Field.Mark];

    internal static readonly ElementSet About = new("about", Field.Mark);
    internal static readonly ElementSet Senders4 = new("senders4", Field.InterfaceName, Field.Ethernet, Field.IPv4);
    internal static readonly ElementSet Senders6 = new("senders6", Field.InterfaceName, Field.Ethernet, Field.IPv6);
    internal static readonly ElementSet HostPorts4 = new("hostports4", Field.IPv4, Field.Protocol, Field.Port) { Value = [Field.IPv4, Field.Port] };
    internal static readonly ElementSet HostPorts6 = new("hostports6", Field.IPv6, Field.Protocol, Field.Port) { Value = [Field.IPv6, Field.Port] };
    internal static readonly ElementSet Itself = new("itself", Field.InterfaceName, Field.InterfaceName);
    internal static readonly ElementSet Tunnels4 = new("tunnels4", Field.IPv4, Field.IPv4);
    internal static readonly ElementSet Tunnels6 = new("tunnels6", Field.IPv6, Field.IPv6);
    internal static readonly ElementSet Restricted = new("restricted", Field.Mark);
    internal static readonly ElementSet Acquainted = new("acquainted", Field.Mark);
    internal static readonly ElementSet Known = new("known", Field.Mark);
    internal static readonly ElementSet Workloads = new("workloads", Field.Group);
    internal static readonly ElementSet Open = new("open", Field.Group);
    internal static readonly ElementSet Seldom = new("seldom", Field.Group);
    internal static readonly ElementSet Wary = new("wary", Field.Group);
    internal static readonly ElementSet Particular = new("particular", Field.Group, Field.Mark);
    internal static readonly ElementSet ByAddress = new("by_address", Field.Group);
    internal static readonly ElementSet Grants = new("grants", Field.Group, Field.Mark, Field.Protocol, Field.Port);
    internal static readonly ElementSet GrantsProtocol = new("grants_protocol", Field.Group, Field.Mark, Field.Protocol);
    internal static readonly ElementSet GrantsAll = new("grants_all", Field.Group, Field.Mark);
    internal static readonly ElementSet GrantsRanges = new("grants_ranges", Field.Group, Field.Mark, Field.Family, Field.Protocol, Field.Port);
    internal static readonly ElementSet Free = new("free", Field.Group);
    internal static readonly ElementSet Exits = new("exits", Field.Group, Field.Protocol, Field.Port);
    internal static readonly ElementSet ExitsProtocol = new("exits_protocol", Field.Group, Field.Protocol);
    internal static readonly ElementSet ExitsAll = new("exits_all", Field.Group);
    internal static readonly ElementSet ExitsByAddress = new("exits_by_address", Field.Group);
    internal static readonly ElementSet Addresses4 = new("addresses4", Field.Group, Field.Mark, Field.IPv4, Field.Protocol, Field.Port);
    internal static readonly ElementSet Addresses6 = new("addresses6", Field.Group, Field.Mark, Field.IPv6, Field.Protocol, Field.Port);

    internal static readonly ElementSet WatchedArriving = new("watched_arriving", Field.Group);
    internal static readonly ElementSet WatchedLeaving = new("watched_leaving", Field.Group);
    internal static readonly ElementSet WatchedSenders = new("watched_senders", Field.Mark);

    /// <summary>Those that hold intervals (<see cref="RangeKeys"/>).</summary>
    internal static readonly ImmutableArray<ElementSet> Ranges = [GrantsRanges, Addresses4, Addresses6];

    /// <summary>All whose elements follow the rule state (that is all but <see cref="About"/>).</summary>
    internal static readonly ImmutableArray<ElementSet> Changing =
    [
        Senders4, Senders6, HostPorts4, HostPorts6, Itself, Tunnels4, Tunnels6, Restricted, Acquainted, Known, Workloads, Open, Seldom, Wary, Particular, ByAddress,
        Grants, GrantsProtocol, GrantsAll, GrantsRanges, Free, Exits, ExitsProtocol, ExitsAll, ExitsByAddress, Addresses4, Addresses6,
        WatchedArriving, WatchedLeaving, WatchedSenders,
    ];

    /// <summary>Those that the skeleton fills itself: a change of them is a change of the skeleton.</summary>
    internal static readonly ImmutableArray<string> Fixed = ["icmps", "errors4", "errors6", "pools4", "pools6", "unmasqueraded4", "unmasqueraded6"];
}
