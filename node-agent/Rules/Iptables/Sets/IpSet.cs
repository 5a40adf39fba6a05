using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>One ipset.</summary>
/// <param name="Name">Its name, at most 31 bytes; ours begin with <see cref="Prefix"/>.</param>
/// <param name="Type">What follows the name after <c>create</c>.</param>
/// <param name="Entries">Each entry with what follows it after <c>add</c>.</param>
internal sealed record IpSet(string Name, string Type, ImmutableSortedDictionary<string, string> Entries)
{
    /// <summary>What our sets begin with, and no one else's does.</summary>
    internal const string Prefix = "overlay-";

    /// <summary>The set whose entries are the rules' own: nodes' ports that pods asked something, for ten minutes.</summary>
    internal const string Asked = "asked";

    /// <summary>Whether entries are added and removed by the agent.</summary>
    internal bool IsOurs => !Name.StartsWith(Prefix + Asked, StringComparison.Ordinal);
}
