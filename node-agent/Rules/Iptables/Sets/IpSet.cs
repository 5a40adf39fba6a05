using System.Collections.Immutable;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>One ipset.</summary>
/// <param name="Name">Its name, at most 31 bytes; ours begin with <see cref="Prefix"/>.</param>
/// <param name="Type">What follows the name after <c>create</c>.</param>
/// <param name="Elements">What it must hold, each element once.</param>
internal sealed record IpSet(string Name, string Type, ImmutableArray<IpSetElement> Elements)
{
    /// <summary>What our sets begin with, and no one else's does.</summary>
    internal const string Prefix = "overlay-";

    /// <summary>The set whose elements are the rules' own: nodes' ports that pods asked something, for ten minutes.</summary>
    internal const string Asked = "asked";

    /// <summary>Whether it must hold these elements and no others.</summary>
    internal bool IsExact => !IsAsked(Name) && Name != LoadPrint.SetName;

    /// <summary>Whether it is the one, of either family, that the rules fill.</summary>
    internal static bool IsAsked(string name) => name.StartsWith(Prefix + Asked, StringComparison.Ordinal);
}
