namespace Overlay.Netlink.NfTables;

/// <summary>What kind of set it is (NFT_SET_*).</summary>
[Flags]
public enum NfSetFlags
{
    /// <summary>A plain one.</summary>
    None = 0,

    /// <summary>Belongs to one rule.</summary>
    Anonymous = 0x01,

    /// <summary>Can not change.</summary>
    Constant = 0x02,

    /// <summary>Holds intervals.</summary>
    Interval = 0x04,

    /// <summary>Gives values for keys.</summary>
    Map = 0x08,

    /// <summary>Elements can expire.</summary>
    Timeout = 0x10,

    /// <summary>Packets can add elements.</summary>
    Evaluated = 0x20,

    /// <summary>Gives named objects for keys.</summary>
    Object = 0x40,

    /// <summary>The key is a concatenation.</summary>
    Concatenation = 0x80,
}
