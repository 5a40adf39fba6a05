namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>What judges on the nodes of a bed.</summary>
public enum BedBackend
{
    /// <summary>nf_tables.</summary>
    Nftables,

    /// <summary>iptables of the kind that writes nf_tables rules.</summary>
    Iptables,

    /// <summary>iptables of the old kind, with tables of its own.</summary>
    IptablesLegacy,

    /// <summary>nf_tables on node 1, iptables on node 2: a cluster may mix them.</summary>
    Mixed,
}
