namespace Overlay.Netlink.NfTables;

/// <summary>A table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Handle">The kernel's number for it; a table that was deleted and made again has another.</param>
/// <param name="IsDormant">Whether its chains are switched off.</param>
public sealed record NfTable(TableName Name, ulong Handle, bool IsDormant);
