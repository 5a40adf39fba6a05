namespace Overlay.Netlink.NfTables;

/// <summary>A state of the rule set: every commit by anybody makes a new one.</summary>
/// <param name="Number">Its number; grows by one with each commit.</param>
public sealed record Generation(uint Number)
{
    /// <summary>The netlink port of the socket that made it: see <see cref="NfTablesSocket.IsOurs"/>.</summary>
    public uint PortId { get; init; }

    /// <summary>The thread that made it, numbered in the first process namespace; 0 if the kernel does not say.</summary>
    public int ThreadId { get; init; }

    /// <summary>That thread's name, at most 15 characters: <c>nft</c>, <c>iptables</c>; empty if the kernel does not say.</summary>
    public string ThreadName { get; init; } = "";
}
