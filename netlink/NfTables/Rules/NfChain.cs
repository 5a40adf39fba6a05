namespace Overlay.Netlink.NfTables;

/// <summary>A chain.</summary>
public sealed record NfChain
{
    /// <summary>Its table.</summary>
    public required TableName Table { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's number for it.</summary>
    public ulong Handle { get; init; }

    /// <summary>Where it sees packets; null: only by a jump.</summary>
    public NfHook? Hook { get; init; }

    /// <summary>Its turn among the chains of its hook: the lower the earlier.</summary>
    public int Priority { get; init; }

    /// <summary>What it does with a packet that no rule decided; null for a chain without hook.</summary>
    public NfVerdict? Policy { get; init; }

    /// <summary><c>filter</c>, <c>nat</c> or <c>route</c>; null for a chain without hook.</summary>
    public string? Type { get; init; }
}
