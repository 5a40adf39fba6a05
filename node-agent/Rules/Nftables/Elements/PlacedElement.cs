using System.Runtime.InteropServices;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>An element in its set. Equal when key, value and comment are.</summary>
/// <param name="Set">The set.</param>
/// <param name="Element">The element.</param>
internal sealed record PlacedElement(ElementSet Set, SetElement Element)
{
    /// <summary>What can be there once only.</summary>
    internal (string Set, NfValue Key, NfValue? KeyEnd) Identity => (Set.Name, Element.Key, Element.KeyEnd);

    /// <summary>The group, in a set whose keys begin with one.</summary>
    internal uint Group => MemoryMarshal.Read<uint>(Element.Key.Bytes);

    /// <summary>Whether it denies an address (<see cref="KeyBits.Denied"/>).</summary>
    internal bool IsDeniedAddress => (Set == ElementSet.Addresses4 || Set == ElementSet.Addresses6) && (Mark & KeyBits.Denied) != 0;

    /// <summary>Whether it is a grant that an address can take away.</summary>
    internal bool IsGrantByAddress => Set == ElementSet.GrantsRanges && (Mark & (KeyBits.UnlessDenied | KeyBits.IfAllowed)) != 0;

    private uint Mark => MemoryMarshal.Read<uint>(Element.Key.Bytes[sizeof(uint)..]);
}
