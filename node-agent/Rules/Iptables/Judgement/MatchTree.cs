using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// Finds one number among many by a few rules: where a chain would have more rules than <see cref="Width"/>, it asks for some of the number's bits first
/// and goes on in a chain for those. So the rules that a packet meets grow with the logarithm of the list, not with the list. Pure.
/// </summary>
/// <remarks>iptables can not look a mark up in a set where the kernel lacks <c>hash:ip,mark</c>, as many do; this stands in for it.</remarks>
internal sealed class MatchTree
{
    /// <summary>More rules than this are divided.</summary>
    internal const int Width = 16;

    private readonly Func<uint, uint, string> match;
    private readonly ImmutableArray<uint> levels;

    private MatchTree(Func<uint, uint, string> match, params ReadOnlySpan<uint> levels) => (this.match, this.levels) = (match, [.. levels]);

    /// <summary>Tags in packets' marks: high bits first, so that neighbours can be one entry.</summary>
    internal static readonly MatchTree Tags = new(Say.Mark, 0x1e00, 0x1fe0);

    /// <summary>Local workloads by the group of the device a packet leaves by; the numbers count up, so low bits divide best.</summary>
    internal static readonly MatchTree ToGroups = new(static (value, mask) => Group("dst", value, mask), 0xf, 0xff);

    /// <summary>Local workloads by the group of the device a packet came by.</summary>
    internal static readonly MatchTree FromGroups = new(static (value, mask) => Group("src", value, mask), 0xf, 0xff);

    /// <summary>Writes the rules.</summary>
    /// <param name="book">Where chains are added.</param>
    /// <param name="chain">The chain, without our prefix, that begins it.</param>
    /// <param name="entries">What to do where; entries do not overlap.</param>
    /// <param name="otherwise">Where all chains of the tree go on when nothing matched; null: they return to <paramref name="chain"/>, they only make notes.</param>
    internal void Write(ChainBook book, string chain, IReadOnlyList<Entry> entries, string? otherwise)
    {
        Divide(book, chain, chain, entries, 0, otherwise);
        if (otherwise is not null)
        {
            book[chain].Add(Say.Goto(otherwise));
        }
    }

    private void Divide(ChainBook book, string root, string chain, IReadOnlyList<Entry> entries, int level, string? otherwise)
    {
        var here = book[chain];
        if (entries.Sum(entry => entry.Actions.Length) <= Width || level == levels.Length)
        {
            here.AddRange(entries.SelectMany(Rules));
            return;
        }

        var mask = levels[level];
        foreach (var part in entries.GroupBy(entry => (Value: entry.Value & mask, Whole: (entry.Mask & mask) != mask || entry.Mask == mask)))
        {
            if (part.Key.Whole || part.Count() == 1)
            {
                here.AddRange(part.SelectMany(Rules));
                continue;
            }

            var inner = $"{root}.{part.Key.Value:x}{(level == 0 ? "" : "b")}";
            here.Add(Say.Rule(match(part.Key.Value, mask), otherwise is null ? Say.Call(inner) : Say.Goto(inner)));
            Divide(book, root, inner, [.. part], level + 1, otherwise);
            if (otherwise is not null)
            {
                book[inner].Add(Say.Goto(otherwise));
            }
        }
    }

    private IEnumerable<string> Rules(Entry entry) => entry.Actions.Select(action => Say.Rule(match(entry.Value, entry.Mask), action));

    /// <summary>Tags as the fewest blocks of a power of two; those above 8191 are on no packet here.</summary>
    internal static IReadOnlyList<Entry> Blocks(IEnumerable<Tag> tags, string action)
    {
        var numbers = tags.Where(tag => tag <= Tag.LastNarrow).Select(tag => (UInt128)tag.Value).Distinct().Order().ToList();
        var blocks = new List<Entry>();
        for (var i = 0; i < numbers.Count;)
        {
            var end = i;
            while (end + 1 < numbers.Count && numbers[end + 1] == numbers[end] + 1)
            {
                end++;
            }

            var run = new AddressRange(System.Net.Sockets.AddressFamily.InterNetwork, numbers[i], numbers[end]);
            blocks.AddRange(
                AddressBlocks.Of(run).Select(block => new Entry((uint)AddressRange.Of(block).First, NarrowMark.TagMask & (uint)(0xffff_ffffUL << (32 - block.PrefixLength)), [action]))
            );
            i = end + 1;
        }

        return blocks;
    }

    private static string Group(string direction, uint value, uint mask) =>
        mask == uint.MaxValue ? $"-m devgroup --{direction}-group {Say.Hex(value)}" : $"-m devgroup --{direction}-group {Say.Hex(value)}/{Say.Hex(mask)}";

    /// <summary>What is done with packets of one number, or of a block of numbers.</summary>
    /// <param name="Value">The number.</param>
    /// <param name="Mask">Which bits of it count.</param>
    /// <param name="Actions">The rules, without what matches the number.</param>
    internal sealed record Entry(uint Value, uint Mask, ImmutableArray<string> Actions);
}
