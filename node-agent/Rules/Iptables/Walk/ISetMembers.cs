using System.Net;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>Tells what is in the kernel's ipsets.</summary>
internal interface ISetMembers
{
    /// <summary>Whether the kernel finds an address in a set, with a device where the set has one beside each address.</summary>
    /// <param name="set">The set.</param>
    /// <param name="address">The address.</param>
    /// <param name="device">The device; null: the set is asked for the address alone.</param>
    /// <returns>Null when the set can not be asked that.</returns>
    bool? Has(string set, IPAddress address, string? device);

    /// <summary>The element in which <see cref="Has"/> found it; null: it is not known which.</summary>
    /// <param name="set">The set.</param>
    /// <param name="address">The address.</param>
    /// <param name="device">The device; null: none was asked for.</param>
    IpSetElement? Element(string set, IPAddress address, string? device);
}
