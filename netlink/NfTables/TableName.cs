namespace Overlay.Netlink.NfTables;

/// <summary>Names a table: two families may each have a table of one name.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Name">Its name within the family.</param>
public readonly record struct TableName(NfFamily Family, string Name)
{
    /// <summary>As nft writes it: <c>inet overlay</c>.</summary>
    public override string ToString() => $"{Word(Family)} {Name}";

    private static string Word(NfFamily family) => family switch
    {
        NfFamily.Inet => "inet",
        NfFamily.IPv4 => "ip",
        NfFamily.IPv6 => "ip6",
        NfFamily.Arp => "arp",
        NfFamily.Bridge => "bridge",
        NfFamily.NetDevice => "netdev",
        _ => "any",
    };
}
