using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>A network device as the kernel has it.</summary>
public sealed record Link
{
    /// <summary>Its number in this namespace.</summary>
    public required LinkIndex Index { get; init; }

    /// <summary>Its name, at most 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is: <c>veth</c>, <c>vxlan</c>, <c>bridge</c>; null for a real one.</summary>
    public string? Kind { get; init; }

    /// <summary>Its flags.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>Its MAC address, if it has one.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>The largest packet it carries, in bytes, link-layer header not counted.</summary>
    public int Mtu { get; init; }

    /// <summary>How many packets its queue holds.</summary>
    public int TxQueueLength { get; init; }

    /// <summary>The interface group, which rules read as <c>iifgroup</c> and <c>oifgroup</c>; 0 is the default.</summary>
    public uint Group { get; init; }

    /// <summary>The text its owner gave it; null for none.</summary>
    public string? Alias { get; init; }

    /// <summary>The bridge it is a port of, or <see cref="LinkIndex.None"/>.</summary>
    public LinkIndex Master { get; init; }

    /// <summary>The device below it (a veth's peer), numbered in that device's namespace.</summary>
    public LinkIndex Below { get; init; }

    /// <summary>The kernel's id, in this namespace, of the namespace that <see cref="Below"/> is in; null if it is this one.</summary>
    public int? BelowNamespaceId { get; init; }

    /// <summary>What a VXLAN device was made with; null for others.</summary>
    public VxlanAttributes? Vxlan { get; init; }

    /// <summary>Packets that it has sent since it was made; of a veth's end those that went to the other.</summary>
    public long SentPackets { get; init; }

    /// <summary>Whether it is set up.</summary>
    public bool IsUp => (Flags & LinkFlags.Up) != 0;

    /// <summary>Its name and number.</summary>
    public override string ToString() => $"{Name} ({Index})";
}
