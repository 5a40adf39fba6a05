using System.Net;
using Overlay.Netlink.IpSets;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Iptables.Walk;

namespace Overlay.NodeAgent.Tests.Rules.Walk.Iptables;

/// <summary>The ipsets that the rules want, as if the kernel had them; others are not there.</summary>
internal sealed class WantedSets(IReadOnlyDictionary<string, IpSet> sets) : ISetMembers
{
    public bool? Has(string set, IPAddress address, string? device) => sets.ContainsKey(set) ? Element(set, address, device) is not null : null;

    public IpSetElement? Element(string set, IPAddress address, string? device) =>
        sets[set].Elements.Where(element => element.Device == device && element.Addresses.Contains(address)).MaxBy(element => element.Addresses.PrefixLength);
}
