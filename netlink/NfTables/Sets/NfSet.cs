namespace Overlay.Netlink.NfTables;

/// <summary>A set or map, without its elements.</summary>
public sealed record NfSet
{
    /// <summary>Its table.</summary>
    public required TableName Table { get; init; }

    /// <summary>Its name; anonymous ones begin with <c>__</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind it is.</summary>
    public NfSetFlags Flags { get; init; }

    /// <summary>nft's number for the key's type; 6 bits for each component of a concatenation.</summary>
    public uint KeyType { get; init; }

    /// <summary>The key's length in bytes.</summary>
    public int KeyLength { get; init; }

    /// <summary>nft's number for the value's type; 0 in a set.</summary>
    public uint ValueType { get; init; }

    /// <summary>The value's length in bytes; 0 in a set.</summary>
    public int ValueLength { get; init; }

    /// <summary>The kernel's number for it; a set that was deleted and made again has another.</summary>
    public ulong Handle { get; init; }
}
