namespace Overlay.Netlink.NfTables;

/// <summary>A state of the rule set: every commit by anybody makes a new one.</summary>
/// <param name="Number">Its number; grows by one with each commit.</param>
/// <param name="ProcessId">Who made it (or, when asked for, who asks); 0 if the kernel does not say.</param>
/// <param name="ProcessName">That process' name, at most 15 characters: <c>nft</c>, <c>iptables</c>; empty if the kernel does not say.</param>
public sealed record Generation(uint Number, int ProcessId, string ProcessName);
