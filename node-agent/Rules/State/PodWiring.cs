using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Overlay.Api.Objects;
using Overlay.NodeAgent.Ports;

namespace Overlay.NodeAgent.Rules;

/// <summary>How a local pod is wired: what the rules must know to tell its packets.</summary>
/// <param name="Uid">The pod's UID, by which the verdict table knows it.</param>
/// <param name="Pod">Its namespace and name, for people.</param>
/// <param name="Veth">The host end of its veth pair.</param>
/// <param name="Mac">The pod's own MAC address.</param>
/// <param name="Addresses">Its addresses, one of each family.</param>
public sealed record PodWiring(string Uid, ObjectKey Pod, string Veth, PhysicalAddress Mac, ImmutableArray<IPAddress> Addresses)
{
    /// <summary>Ports of the node that lead to it.</summary>
    public ImmutableArray<PortMapping> Ports { get; init; } = [];
}
