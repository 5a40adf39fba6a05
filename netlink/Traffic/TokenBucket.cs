using System.Globalization;

namespace Overlay.Netlink;

/// <summary>A token bucket filter (tbf): what a device sends is kept to a rate.</summary>
/// <param name="Rate">Bytes a second, Ethernet headers included.</param>
/// <param name="Burst">Bytes that may go at once after a pause. What is larger than this is cut to segments, if it can be, or dropped.</param>
/// <param name="Limit">Bytes that may wait, those of the burst included; what comes then is dropped.</param>
public sealed record TokenBucket(ulong Rate, uint Burst, uint Limit)
{
    /// <summary>As <c>rate 1250000 burst 70000 limit 101250</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rate {Rate} burst {Burst} limit {Limit}");
}
