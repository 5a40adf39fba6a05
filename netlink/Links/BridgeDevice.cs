using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>A bridge to create.</summary>
public sealed record BridgeDevice
{
    /// <summary>Its name, at most 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its MAC address; null: the kernel follows the lowest of its ports'.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>Its MTU in bytes; 0: 1500.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether it is set up at once.</summary>
    public bool Up { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => $"bridge {Name}";
}
