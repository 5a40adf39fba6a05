using System.Collections.Immutable;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Gathers the elements of one local workload; of several with one key the first stays.</summary>
/// <param name="group">The workload's number, the first component of every key.</param>
internal sealed class ElementList(uint group)
{
    private readonly Dictionary<(string, NfValue, NfValue?), PlacedElement> found = [];

    internal ImmutableArray<PlacedElement> ToImmutable() => [.. found.Values];

    /// <summary>The workload itself.</summary>
    internal void Add(ElementSet set, string comment) => Add(set, key => key, comment);

    /// <summary>A single key.</summary>
    internal void Add(ElementSet set, Func<KeyBuilder, KeyBuilder> rest, string comment) =>
        Add(new PlacedElement(set, new SetElement(Key(rest)) { Comment = Comment.Of(comment) }));

    /// <summary>An interval: all components from the first key's to the last one's.</summary>
    internal void Add(ElementSet set, Func<KeyBuilder, KeyBuilder> first, Func<KeyBuilder, KeyBuilder> last, string comment) =>
        Add(new PlacedElement(set, new SetElement(Key(first)) { KeyEnd = Key(last), Comment = Comment.Of(comment) }));

    private NfValue Key(Func<KeyBuilder, KeyBuilder> rest) => rest(new KeyBuilder().DeviceGroup(group)).Build();

    private void Add(PlacedElement element) => found.TryAdd(element.Identity, element);
}
