using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// Up to 256 neighbouring tags of a set of tags: there can be 65,000 known ones, and the next pod's tag must not cost a look at each. Compared by content.
/// </summary>
/// <param name="Set">The set.</param>
/// <param name="Number">The tags' upper byte.</param>
/// <param name="Tags">The tags, sorted.</param>
internal sealed record TagChunk(ElementSet Set, int Number, ImmutableArray<Tag> Tags)
{
    /// <summary>The chunks of a set.</summary>
    internal static IEnumerable<TagChunk> Of(ElementSet set, ImmutableArray<Tag> tags) =>
        tags.GroupBy(tag => tag.Value >> 8).Select(chunk => new TagChunk(set, chunk.Key, [.. chunk.Distinct().Order()]));

    /// <summary>Its elements.</summary>
    internal static ImmutableArray<PlacedElement> ElementsOf(TagChunk chunk) =>
        [.. chunk.Tags.Select(tag => new PlacedElement(chunk.Set, new SetElement(new KeyBuilder().Mark((uint)tag.Value << NodeMark.TagShift).Build()) { Comment = $"tag {tag}" }))];

    /// <inheritdoc />
    public bool Equals(TagChunk? other) => other is not null && Set == other.Set && Number == other.Number && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Set.Name, Number, Tags.Length);
}
