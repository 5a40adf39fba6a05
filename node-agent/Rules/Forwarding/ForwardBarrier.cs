using System.Net.Sockets;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>Whose rules stop forwarded packets.</summary>
internal enum FirewallKind
{
    /// <summary>iptables, kept in nf_tables.</summary>
    IptablesNft,

    /// <summary>iptables, kept in the old way.</summary>
    IptablesLegacy,

    /// <summary>firewalld.</summary>
    Firewalld,

    /// <summary>Any other nf_tables chain.</summary>
    Nftables,
}

/// <summary>A rule set of somebody else that drops forwarded packets which no rule of it accepts. No accept of ours can override it.</summary>
/// <param name="Kind">Whose.</param>
/// <param name="Family">The family it concerns; null: both.</param>
/// <param name="Where">Table and chain, for people.</param>
internal sealed record ForwardBarrier(FirewallKind Kind, AddressFamily? Family, string Where);
