using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Unions and intersections of ports.</summary>
internal static class PortEntries
{
    /// <summary>
    /// The union: sorted by protocol and port, nothing overlaps or touches, nothing is said twice. An entry's reasons are the rules that allow
    /// all of it by themselves; where none does, all that contribute.
    /// </summary>
    public static ImmutableArray<PortEntry> Normalize(List<PortEntry> entries)
    {
        if (entries.Count <= 1)
        {
            return [.. entries];
        }

        var all = entries.Where(entry => entry.Protocol is null).ToList();
        if (all.Count > 0)
        {
            return [PortEntry.All(Union(all))];
        }

        var sorted = entries.OrderBy(entry => entry.Protocol).ThenBy(entry => entry.Ports.First).ThenByDescending(entry => entry.Ports.Last).ToList();
        var merged = ImmutableArray.CreateBuilder<PortEntry>();
        var start = 0;
        while (start < sorted.Count)
        {
            var last = sorted[start].Ports.Last;
            var end = start + 1;
            while (end < sorted.Count && sorted[end].Protocol == sorted[start].Protocol && sorted[end].Ports.First <= last + 1)
            {
                last = Math.Max(last, sorted[end].Ports.Last);
                end++;
            }

            merged.Add(Merge(sorted[start].Protocol, new PortRange(sorted[start].Ports.First, last), sorted[start..end]));
            start = end;
        }

        return merged.ToImmutable();
    }

    /// <summary>What both normalized lists hold, normalized, with the reasons of both.</summary>
    public static ImmutableArray<PortEntry> Intersect(ImmutableArray<PortEntry> left, ImmutableArray<PortEntry> right)
    {
        // Two points that touch and lie in both lists lie in one entry of each: so the results can't touch, and need no merging.
        var both = ImmutableArray.CreateBuilder<PortEntry>();
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                if ((a.Protocol is null || b.Protocol is null || a.Protocol == b.Protocol) && a.Ports.Intersect(b.Ports) is { } ports)
                {
                    both.Add(new PortEntry(a.Protocol ?? b.Protocol, ports, a.Because.And(b.Because)));
                }
            }
        }

        return both.Count <= 1 ? both.ToImmutable() : [.. both.OrderBy(entry => entry.Protocol).ThenBy(entry => entry.Ports.First)];
    }

    private static PortEntry Merge(PortProtocol? protocol, PortRange ports, List<PortEntry> parts)
    {
        var whole = parts.Where(part => part.Ports.Contains(ports)).ToList();
        return new PortEntry(protocol, ports, Union(whole.Count > 0 ? whole : parts));
    }

    private static Reasons Union(List<PortEntry> entries) =>
        entries.Count == 1 ? entries[0].Because : Reasons.Of(entries.SelectMany(entry => entry.Because.Rules));
}
