using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Some addresses, and the ports that something is said of there.</summary>
/// <param name="Addresses">The addresses.</param>
/// <param name="Ports">The ports.</param>
internal readonly record struct AddressClaim(AddressRange Addresses, ImmutableArray<PortEntry> Ports);

/// <summary>Cuts overlapping ranges into such as don't meet.</summary>
public static class AddressPartition
{
    /// <summary>The union of claims: sorted ranges that don't meet, each with all that is said there; neighbours of which the same is said are one.</summary>
    internal static IEnumerable<AddressClaim> Of(IReadOnlyCollection<AddressClaim> claims)
    {
        AddressClaim? open = null;
        foreach (var range in Cut(claims.Select(claim => claim.Addresses)))
        {
            var said = claims.Where(claim => claim.Addresses.Family == range.Family && claim.Addresses.First <= range.First && range.Last <= claim.Addresses.Last);
            var ports = PortEntries.Normalize([.. said.SelectMany(claim => claim.Ports)]);
            if (ports.IsEmpty)
            {
                continue;
            }

            if (open is { } before && Continues(before, range, ports))
            {
                open = before with { Addresses = before.Addresses with { Last = range.Last } };
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = new AddressClaim(range, ports);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    /// <summary>The pieces between all ends of some ranges, sorted: each lies wholly inside or outside of every range. Pieces outside of all are left out.</summary>
    /// <param name="ranges">The ranges, of either family, in any order.</param>
    public static IEnumerable<AddressRange> Cut(IEnumerable<AddressRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return CutSorted(ranges);
    }

    private static IEnumerable<AddressRange> CutSorted(IEnumerable<AddressRange> ranges)
    {
        foreach (var family in ranges.GroupBy(range => range.Family).OrderBy(family => family.Key))
        {
            var sorted = family.Distinct().Order().ToList();
            var starts = sorted.Select(range => range.First).Concat(sorted.Where(range => range.Last < UInt128.MaxValue).Select(range => range.Last + 1)).Distinct().Order().ToList();
            var reach = UInt128.Zero;
            var any = false;
            var next = 0;
            for (var i = 0; i < starts.Count; i++)
            {
                for (; next < sorted.Count && sorted[next].First <= starts[i]; next++)
                {
                    reach = any ? UInt128.Max(reach, sorted[next].Last) : sorted[next].Last;
                    any = true;
                }

                if (any && reach >= starts[i])
                {
                    yield return new AddressRange(family.Key, starts[i], i + 1 < starts.Count ? UInt128.Min(reach, starts[i + 1] - 1) : reach);
                }
            }
        }
    }

    private static bool Continues(AddressClaim before, AddressRange range, ImmutableArray<PortEntry> ports) =>
        before.Addresses.Family == range.Family && before.Addresses.Last + 1 == range.First && before.Ports.AsSpan().SequenceEqual(ports.AsSpan());
}
