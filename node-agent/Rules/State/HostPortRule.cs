using System.Net;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>A port of the node that leads to a pod, of one family.</summary>
/// <param name="Address">The node's address; the family's unspecified one: all that are local to the node.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The node's port.</param>
/// <param name="PodAddress">The pod's address, of the same family.</param>
/// <param name="PodPort">The pod's port.</param>
/// <param name="Comment">Whose it is, for people.</param>
public sealed record HostPortRule(IPAddress Address, IpProtocol Protocol, ushort Port, IPAddress PodAddress, ushort PodPort, string Comment);
