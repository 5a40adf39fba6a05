using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.NodeAgent.Rules;

/// <summary>One address that a pod may send from.</summary>
/// <param name="Veth">The host end of its veth pair.</param>
/// <param name="Mac">The pod's MAC address.</param>
/// <param name="Address">The address, of either family.</param>
/// <param name="Mark">What its packets are marked with (<see cref="Api.Wire.NodeMark"/>).</param>
/// <param name="Comment">Whose it is, for people: <c>shop/front-7f9c, shop{app=front}, tag 42</c>.</param>
public sealed record SenderRule(string Veth, PhysicalAddress Mac, IPAddress Address, uint Mark, string Comment);
