namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>Looks elements up in the sets of our table.</summary>
internal interface ISetLookup
{
    /// <summary>Looks one up.</summary>
    /// <param name="name">The set.</param>
    /// <param name="set">Its shape.</param>
    /// <param name="key">The components of the key.</param>
    /// <returns>The key as nft would show it, and the element that holds it, with its comment; null: there is none.</returns>
    (string Key, string? Element) Find(string name, ListedSet set, IReadOnlyList<object> key);
}
