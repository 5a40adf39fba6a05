using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>An element in its set. Equal when key, value and comment are.</summary>
/// <param name="Set">The set.</param>
/// <param name="Element">The element.</param>
internal sealed record PlacedElement(ElementSet Set, SetElement Element)
{
    /// <summary>What can be there once only.</summary>
    internal (string Set, NfValue Key, NfValue? KeyEnd) Identity => (Set.Name, Element.Key, Element.KeyEnd);
}
