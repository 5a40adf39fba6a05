namespace Overlay.Netlink;

/// <summary>A queueing discipline as the kernel has it.</summary>
/// <param name="Link">The device.</param>
/// <param name="Kind">Its kind: <c>tbf</c>, <c>ingress</c>, <c>noqueue</c>, ...</param>
/// <param name="Parent">Where it hangs.</param>
public sealed record Qdisc(LinkIndex Link, string Kind, uint Parent)
{
    /// <summary>TC_H_ROOT: what the device sends.</summary>
    public const uint Root = 0xffffffff;

    /// <summary>TC_H_INGRESS: what the device receives.</summary>
    public const uint Ingress = 0xfffffff1;

    /// <summary>A token bucket's rate and limit; the kernel tells the burst as a time, so it is 0 here. Null for other kinds.</summary>
    public TokenBucket? Bucket { get; init; }
}
