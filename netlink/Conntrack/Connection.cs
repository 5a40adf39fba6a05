namespace Overlay.Netlink.Conntrack;

/// <summary>An entry of the connection table.</summary>
/// <param name="Original">As the first packet went, before any rewriting.</param>
/// <param name="Reply">As the answers come, before their rewriting.</param>
public sealed record Connection(ConnectionTuple Original, ConnectionTuple Reply)
{
    /// <summary>The kernel's number for it, so that a removal can not hit another one with the same tuple.</summary>
    public uint Id { get; init; }

    /// <summary>The connection mark (<c>ct mark</c>).</summary>
    public uint Mark { get; init; }

    /// <summary>The zone, in which tuples are unique; 0 is the default.</summary>
    public ushort Zone { get; init; }

    /// <summary>What is known of it.</summary>
    public ConnectionStatus Status { get; init; }

    /// <summary>When it is forgotten if nothing more comes.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>The original direction and the mark.</summary>
    public override string ToString() => $"{Original} mark 0x{Mark:x}";
}
