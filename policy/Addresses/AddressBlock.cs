using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>A block less its exceptions, as ranges. Compared by content.</summary>
internal sealed class AddressBlock : IEquatable<AddressBlock>
{
    private AddressBlock(string text, ImmutableArray<AddressRange> ranges) => (Text, Ranges) = (text, ranges);

    /// <summary>As <c>10.0.0.0/8 except 10.1.0.0/16</c>.</summary>
    public string Text { get; }

    /// <summary>What is left, sorted; empty when the exceptions cover it all.</summary>
    public ImmutableArray<AddressRange> Ranges { get; }

    /// <summary>A block less its exceptions. What of them lies outside, or is of the other family, takes nothing away.</summary>
    public static AddressBlock Of(IPNetwork block, IEnumerable<IPNetwork> except)
    {
        var sorted = except.Distinct().OrderBy(AddressRange.Of).ToList();
        var whole = AddressRange.Of(block);
        var rest = ImmutableArray.CreateBuilder<AddressRange>();
        var from = whole.First;
        foreach (var hole in sorted.Select(AddressRange.Of).Where(hole => hole.Family == whole.Family && hole.Last >= whole.First && hole.First <= whole.Last))
        {
            if (hole.First > from)
            {
                rest.Add(whole with { First = from, Last = hole.First - 1 });
            }

            if (hole.Last >= whole.Last)
            {
                return new AddressBlock(Name(block, sorted), rest.ToImmutable());
            }

            from = UInt128.Max(from, hole.Last + 1);
        }

        rest.Add(whole with { First = from });
        return new AddressBlock(Name(block, sorted), rest.ToImmutable());
    }

    /// <summary>Whether an address is meant.</summary>
    public bool Contains(IPAddress address)
    {
        foreach (var range in Ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public bool Equals(AddressBlock? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as AddressBlock);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc />
    public override string ToString() => Text;

    private static string Name(IPNetwork block, List<IPNetwork> except) => except.Count == 0 ? $"{block}" : $"{block} except {string.Join(", ", except)}";
}
