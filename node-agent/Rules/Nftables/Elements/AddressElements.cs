using System.Net.Sockets;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>What a local workload says of addresses, as elements that never overlap. Pure.</summary>
internal static class AddressElements
{
    /// <summary>Adds senders' addresses.</summary>
    /// <param name="elements">Where to.</param>
    /// <param name="says">What is said of them: <see cref="KeyBits.Denied"/> or <see cref="KeyBits.Allowed"/>.</param>
    /// <param name="word">The same for people.</param>
    /// <param name="grants">The addresses.</param>
    internal static void Add(ElementList elements, uint says, string word, IReadOnlyCollection<AddressGrant> grants) =>
        Add(elements, says, word, [.. grants.Select(grant => (grant.Addresses, grant.Protocol, grant.Ports, grant.Because))]);

    /// <summary>Adds addresses outside of the overlay; those without any are everywhere.</summary>
    internal static void Add(ElementList elements, IReadOnlyCollection<Exit> exits) =>
        Add(
            elements,
            KeyBits.Exit,
            "exit",
            [
                .. exits.SelectMany(exit =>
                    (exit.Addresses is { } range ? (AddressRange[])[range] : [AddressRange.IPv4, AddressRange.IPv6]).Select(range => (range, exit.Protocol, exit.Ports, exit.Because))
                ),
            ]
        );

    private static void Add(ElementList elements, uint says, string word, List<(AddressRange Range, IpProtocol? Protocol, PortRange? Ports, Reasons Because)> claims)
    {
        foreach (var piece in AddressPartition.Cut(claims.Select(claim => claim.Range)))
        {
            var said = claims
                .Where(claim => claim.Range.Family == piece.Family && claim.Range.First <= piece.First && piece.Last <= claim.Range.Last)
                .Select(claim => (claim.Protocol, claim.Ports, claim.Because.ToString()));
            var set = piece.Family == AddressFamily.InterNetwork ? ElementSet.Addresses4 : ElementSet.Addresses6;
            foreach (var (cell, because) in PortCells.Of([.. said]))
            {
                elements.Add(
                    set,
                    key => key.Mark(says | cell.Icmp).Address(piece.FirstAddress).Protocol(cell.FirstProtocol).Port(cell.Ports.First),
                    key => key.Mark(says | cell.Icmp).Address(piece.LastAddress).Protocol(cell.LastProtocol).Port(cell.Ports.Last),
                    $"{word}: {because}"
                );
            }
        }
    }
}
