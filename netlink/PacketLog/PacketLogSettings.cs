namespace Overlay.Netlink.PacketLog;

/// <summary>How packets are handed over.</summary>
public sealed record PacketLogSettings
{
    /// <summary>Bytes of each packet, from its IP header on.</summary>
    public ushort CopyBytes { get; init; } = 128;

    /// <summary>This many packets are handed over together ...</summary>
    public uint Threshold { get; init; } = 32;

    /// <summary>... or what there is after this time; the kernel counts in hundredths of a second.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes that may wait to be read (the kernel's own overhead counts, too); what does not fit is lost, and told as lost.</summary>
    public int BufferBytes { get; init; } = 512 * 1024;
}
