using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>A jump from one of the kernel's own chains to ours; it must be the first rule there, unless others go before.</summary>
/// <param name="Table">The table.</param>
/// <param name="Chain">The kernel's chain.</param>
/// <param name="IsFirst">False: it stands after what is there already, and wherever others' rules put it later.</param>
internal sealed record Hook(string Table, string Chain, bool IsFirst = true)
{
    /// <summary>What all our chains begin with, and no one else's does.</summary>
    internal const string Prefix = "OVERLAY-";

    /// <summary>All of them.</summary>
    internal static readonly ImmutableArray<Hook> All =
    [
        new("filter", "FORWARD"),
        new("nat", "PREROUTING", IsFirst: false),
        new("nat", "OUTPUT", IsFirst: false),
        new("nat", "POSTROUTING"),
        new("raw", "PREROUTING"),
        new("raw", "OUTPUT"),
        new("mangle", "INPUT"),
        new("mangle", "FORWARD"),
        new("mangle", "OUTPUT"),
        new("mangle", "POSTROUTING"),
    ];

    /// <summary>Our chain.</summary>
    internal string Target => Prefix + Chain;

    /// <summary>
    /// The kernel's chain as nf_tables has it when iptables makes it, without its policy, which is others': iptables makes its chains when a rule first goes into them,
    /// and nft adds to one that is there already nothing (iptables, xtables-nft-multi: the built-in tables).
    /// </summary>
    internal string NftChain => $"{{ type {Type} hook {Chain.ToLowerInvariant()} priority {Priority}; }}";

    private string Type =>
        (Table, Chain) switch
        {
            ("nat", _) => "nat",
            ("mangle", "OUTPUT") => "route",
            _ => "filter",
        };

    /// <summary>NF_IP_PRI_* of the table (linux/netfilter_ipv4.h).</summary>
    private int Priority =>
        (Table, Chain) switch
        {
            ("raw", _) => -300,
            ("mangle", _) => -150,
            ("nat", "PREROUTING" or "OUTPUT") => -100,
            ("nat", _) => 100,
            _ => 0,
        };

    /// <summary>The rule as iptables-save prints it.</summary>
    internal string Rule => $"-j {Target}";
}
