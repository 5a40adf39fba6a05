using System.Globalization;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Shaping;

/// <summary>How fast a pod may receive, or send.</summary>
/// <param name="Rate">Bits a second.</param>
/// <param name="Burst">Bits that may go at once after a pause; null: ours to choose.</param>
internal sealed record RateLimit(ulong Rate, ulong? Burst)
{
    /// <summary>
    /// The largest packet that a pod's stack hands over as one, with its headers (GSO, IPv4 and IPv6; BIG TCP is cut by the filter): a smaller bucket would have the kernel
    /// cut every one of them.
    /// </summary>
    private const ulong LargestPacket = 70_000;

    /// <summary>A full frame; a smaller bucket would let nothing through.</summary>
    private const ulong LargestFrame = 9_216;

    /// <summary>What a chosen burst lasts for: short enough not to be seen in the rate, longer than a busy node's timers are late.</summary>
    private static readonly TimeSpan ChosenBurst = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a packet may wait before what follows is dropped; the upstream plugin's.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(25);

    /// <summary>The kernel's filter for it.</summary>
    public TokenBucket ToBucket()
    {
        var rate = Math.Max(1, Rate / 8);
        var burst = Burst is { } asked ? Math.Max(asked / 8, LargestFrame) : Math.Max(Lasting(rate, ChosenBurst), LargestPacket);
        var most = (uint)Math.Min(burst, int.MaxValue);
        return new TokenBucket(rate, most, (uint)Math.Min(most + Lasting(rate, Latency), int.MaxValue));
    }

    /// <summary>As <c>10000000 bit/s</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate} bit/s");

    private static ulong Lasting(ulong rate, TimeSpan time) => (ulong)(rate * time.TotalSeconds);
}
