using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>What a confined workload may reach outside of the overlay, as elements. Pure.</summary>
internal static class ExitElements
{
    /// <summary>Adds them.</summary>
    /// <returns>Whether hash look-ups do not say all.</returns>
    internal static bool Add(ElementList elements, IReadOnlyCollection<Exit> exits)
    {
        var byAddress = new List<Exit>();
        foreach (var exit in exits)
        {
            var because = exit.Because.ToString();
            switch (exit)
            {
                case { Addresses: null, Protocol: null }:
                    elements.Add(ElementSet.ExitsAll, because);
                    break;
                case { Addresses: null, Protocol: { } protocol and not IpProtocol.Other, Ports: null }:
                    elements.Add(ElementSet.ExitsProtocol, key => key.Protocol(protocol.Number()), because);
                    break;
                case { Addresses: null, Protocol: { } protocol, Ports: { IsSingle: true } ports } when protocol.HasPorts():
                    elements.Add(ElementSet.Exits, key => key.Protocol(protocol.Number()).Port(ports.First), because);
                    break;
                default:
                    byAddress.Add(exit);
                    break;
            }
        }

        AddressElements.Add(elements, byAddress);
        return byAddress.Count > 0;
    }
}
