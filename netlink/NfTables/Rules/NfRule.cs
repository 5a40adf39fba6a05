namespace Overlay.Netlink.NfTables;

/// <summary>A rule, as raw as the kernel gives it.</summary>
public sealed record NfRule
{
    /// <summary>Its table.</summary>
    public required TableName Table { get; init; }

    /// <summary>Its chain.</summary>
    public required string Chain { get; init; }

    /// <summary>The kernel's number for it.</summary>
    public ulong Handle { get; init; }

    /// <summary>What nft shows as <c>comment "..."</c>; null: none.</summary>
    public string? Comment { get; init; }

    /// <summary>What its counters have counted, in their order.</summary>
    public IReadOnlyList<Counter> Counters { get; init; } = [];

    /// <summary>
    /// Its expressions as the kernel's attributes, without what changes by itself (counters' numbers): equal as long as nobody changed the rule.
    /// </summary>
    public ReadOnlyMemory<byte> Expressions { get; init; }
}
