using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>A set or map of the skeleton whose elements come and go, with the shape of its key.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Key">The components of its key.</param>
internal sealed record ElementSet(string Name, params ImmutableArray<Field> Key)
{
    internal static readonly ElementSet About = new("about", Field.Mark);
    internal static readonly ElementSet Senders4 = new("senders4", Field.InterfaceName, Field.Ethernet, Field.IPv4);
    internal static readonly ElementSet Senders6 = new("senders6", Field.InterfaceName, Field.Ethernet, Field.IPv6);
    internal static readonly ElementSet Itself = new("itself", Field.InterfaceName, Field.InterfaceName);
    internal static readonly ElementSet Underlay4 = new("underlay4", Field.IPv4);
    internal static readonly ElementSet Underlay6 = new("underlay6", Field.IPv6);
    internal static readonly ElementSet Workloads = new("workloads", Field.Group);
    internal static readonly ElementSet Open = new("open", Field.Group);
    internal static readonly ElementSet Free = new("free", Field.Group);
    internal static readonly ElementSet Restricted = new("restricted", Field.Mark);
    internal static readonly ElementSet Grants = new("grants", Field.Group, Field.Mark, Field.Protocol, Field.Port);
    internal static readonly ElementSet GrantsProtocol = new("grants_protocol", Field.Group, Field.Mark, Field.Protocol);
    internal static readonly ElementSet GrantsAll = new("grants_all", Field.Group, Field.Mark);
    internal static readonly ElementSet GrantsRanges = new("grants_ranges", Field.Group, Field.Mark, Field.Protocol, Field.Port);
    internal static readonly ElementSet Exits = new("exits", Field.Group, Field.Protocol, Field.Port);
    internal static readonly ElementSet ExitsProtocol = new("exits_protocol", Field.Group, Field.Protocol);
    internal static readonly ElementSet ExitsAll = new("exits_all", Field.Group);
    internal static readonly ElementSet ExitsRanges = new("exits_ranges", Field.Group, Field.Protocol, Field.Port);

    /// <summary>Those that hold intervals (<see cref="RangeKeys"/>).</summary>
    internal static readonly ImmutableArray<ElementSet> Ranges = [GrantsRanges, ExitsRanges];

    /// <summary>All whose elements follow the rule state (that is all but <see cref="About"/>).</summary>
    internal static readonly ImmutableArray<ElementSet> Changing =
    [
        Senders4, Senders6, Itself, Underlay4, Underlay6, Workloads, Open, Free, Restricted,
        Grants, GrantsProtocol, GrantsAll, GrantsRanges, Exits, ExitsProtocol, ExitsAll, ExitsRanges,
    ];

    /// <summary>Those that the skeleton fills itself: a change of them is a change of the skeleton.</summary>
    internal static readonly ImmutableArray<string> Fixed = ["errors4", "errors6", "pools4", "pools6", "unmasqueraded4", "unmasqueraded6"];
}
