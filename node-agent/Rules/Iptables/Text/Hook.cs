using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>A jump from one of the kernel's own chains to ours; it must be the first rule there.</summary>
/// <param name="Table">The table.</param>
/// <param name="Chain">The kernel's chain.</param>
internal sealed record Hook(string Table, string Chain)
{
    /// <summary>What all our chains begin with, and no one else's does.</summary>
    internal const string Prefix = "OVERLAY-";

    /// <summary>All of them.</summary>
    internal static readonly ImmutableArray<Hook> All =
    [
        new("filter", "FORWARD"),
        new("nat", "POSTROUTING"),
        new("raw", "PREROUTING"),
        new("raw", "OUTPUT"),
        new("mangle", "PREROUTING"),
        new("mangle", "INPUT"),
        new("mangle", "FORWARD"),
        new("mangle", "OUTPUT"),
        new("mangle", "POSTROUTING"),
    ];

    /// <summary>Our chain.</summary>
    internal string Target => Prefix + Chain;

    /// <summary>The rule as iptables-save prints it.</summary>
    internal string Rule => $"-j {Target}";
}
