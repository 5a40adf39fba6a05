namespace Overlay.Netlink.NfTables;

/// <summary>What a counter has counted.</summary>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct Counter(ulong Packets, ulong Bytes);
