using Overlay.EndToEnd.Tests.Shop;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>A lab whose nodes and pods have addresses of both families.</summary>
public sealed class DualStackLab() : LabUnderTest("dual", LabStack.Dual);

/// <summary>A lab without any IPv4 address: underlay, API server, nodes, pods.</summary>
public sealed class IPv6Lab() : LabUnderTest("ipv6", LabStack.IPv6);

/// <summary>These labs come one after the other, beside those of other collections.</summary>
[CollectionDefinition(Name)]
public sealed class StackCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "stacks";
}
