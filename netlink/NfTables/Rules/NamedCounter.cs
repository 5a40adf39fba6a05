namespace Overlay.Netlink.NfTables;

/// <summary>A counter with a name.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it has counted.</param>
public sealed record NamedCounter(TableName Table, string Name, Counter Value);
