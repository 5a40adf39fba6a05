namespace Overlay.Netlink.NfTables;

/// <summary>What a base chain does with a packet that no rule decided.</summary>
public enum NfVerdict
{
    /// <summary>Drops it.</summary>
    Drop = 0,

    /// <summary>Lets it pass.</summary>
    Accept = 1,
}
