namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>A component of a set's key, by nft's name for its type.</summary>
internal enum Field
{
    /// <summary><c>ifname</c></summary>
    InterfaceName,

    /// <summary><c>ether_addr</c></summary>
    Ethernet,

    /// <summary><c>ipv4_addr</c></summary>
    IPv4,

    /// <summary><c>ipv6_addr</c></summary>
    IPv6,

    /// <summary><c>mark</c></summary>
    Mark,

    /// <summary><c>devgroup</c></summary>
    Group,

    /// <summary><c>nf_proto</c></summary>
    Family,

    /// <summary><c>inet_proto</c></summary>
    Protocol,

    /// <summary><c>inet_service</c></summary>
    Port,
}
