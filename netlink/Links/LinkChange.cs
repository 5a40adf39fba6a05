using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>What to change of a device; null leaves a thing as it is.</summary>
public sealed record LinkChange
{
    /// <summary>Up or down.</summary>
    public bool? Up { get; init; }

    /// <summary>Without ARP and neighbour discovery, or with them.</summary>
    public bool? NoArp { get; init; }

    /// <summary>Its MTU in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Its queue length in packets.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>Its interface group.</summary>
    public uint? Group { get; init; }

    /// <summary>A text for its owner's use, at most 255 bytes (IFALIASZ); the kernel keeps it and shows it in <c>ip link</c>.</summary>
    public string? Alias { get; init; }

    /// <summary>Its MAC address.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>The bridge it becomes a port of; <see cref="LinkIndex.None"/> takes it out.</summary>
    public LinkIndex? Master { get; init; }

    /// <summary>Its new name, at most 15 characters. Before Linux 6.2 a device that is up can not be renamed (EBUSY).</summary>
    public string? Name { get; init; }

    /// <summary>The namespace it moves to.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>What it names, as <c>up, group 10007</c>.</summary>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Up is { } up)
        {
            yield return up ? "up" : "down";
        }

        if (NoArp is { } noArp)
        {
            yield return noArp ? "without ARP" : "with ARP";
        }

        (string Name, object? Value)[] values =
        [
            ("mtu", Mtu), ("txqueuelen", TxQueueLength), ("group", Group), ("address", MacAddress), ("master", Master), ("name", Name), ("namespace", Namespace),
        ];
        foreach (var (name, value) in values.Where(v => v.Value is not null))
        {
            yield return $"{name} {value}";
        }
    }
}
