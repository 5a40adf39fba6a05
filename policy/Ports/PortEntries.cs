using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Unions, intersections and differences of ports. All results are normalized: sorted by protocol and port, nothing overlaps or touches.</summary>
internal static class PortEntries
{
    /// <summary>Everything, for no reason in particular.</summary>
    public static ImmutableArray<PortEntry> Everything { get; } = [PortEntry.All(Reasons.None)];

    /// <summary>
    /// The union: nothing is said twice. An entry's reasons are the rules that decide all of it by themselves; where none does, all that
    /// contribute; and none where a part of it is so by default.
    /// </summary>
    public static ImmutableArray<PortEntry> Normalize(List<PortEntry> entries)
    {
        if (entries.Count <= 1)
        {
            return [.. entries.Select(entry => entry with { Ports = OrWhole(entry.Protocol, entry.Ports) })];
        }

        var all = entries.Where(entry => entry.Protocol is null).ToList();
        if (all.Count > 0)
        {
            return [PortEntry.All(Union(all))];
        }

        var sorted = entries.OrderBy(entry => entry.Protocol).ThenBy(entry => entry.Ports.First).ThenByDescending(entry => entry.Ports.Last).ToList();
        var merged = new List<PortEntry>();
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

        return merged.Count == IpProtocols.All.Count && merged.TrueForAll(entry => entry.Ports == PortRange.Whole) ? [PortEntry.All(Union(merged))] : [.. merged];
    }

    /// <summary>The union of two lists.</summary>
    public static ImmutableArray<PortEntry> Union(ImmutableArray<PortEntry> left, ImmutableArray<PortEntry> right) =>
        left.IsEmpty ? right
        : right.IsEmpty ? left
        : Normalize([.. left, .. right]);

    /// <summary>What both normalized lists hold, with the reasons of both.</summary>
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

    /// <summary>What the left list holds and the right one doesn't, with the left one's reasons.</summary>
    public static ImmutableArray<PortEntry> Except(ImmutableArray<PortEntry> left, ImmutableArray<PortEntry> right)
    {
        if (left.IsEmpty || right.IsEmpty)
        {
            return left;
        }

        if (right.Any(entry => entry.Protocol is null))
        {
            return [];
        }

        var rest = new List<PortEntry>();
        foreach (var entry in left.SelectMany(ByProtocol))
        {
            var from = (int)entry.Ports.First;
            foreach (var cut in right.Where(cut => cut.Protocol == entry.Protocol && cut.Ports.Intersect(entry.Ports) is not null).OrderBy(cut => cut.Ports.First))
            {
                if (cut.Ports.First > from)
                {
                    rest.Add(entry with { Ports = new PortRange((ushort)from, (ushort)(cut.Ports.First - 1)) });
                }

                from = Math.Max(from, cut.Ports.Last + 1);
            }

            if (from <= entry.Ports.Last)
            {
                rest.Add(entry with { Ports = new PortRange((ushort)from, entry.Ports.Last) });
            }
        }

        return Normalize(rest);
    }

    /// <summary>The same ports without saying why.</summary>
    public static ImmutableArray<PortEntry> WithoutReasons(ImmutableArray<PortEntry> entries) => [.. entries.Select(entry => entry with { Because = Reasons.None })];

    /// <summary>Whether both hold the same ports, whatever the reasons.</summary>
    public static bool Same(ImmutableArray<PortEntry> left, ImmutableArray<PortEntry> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].Protocol != right[i].Protocol || left[i].Ports != right[i].Ports)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the normalized list is everything.</summary>
    public static bool IsEverything(ImmutableArray<PortEntry> entries) => entries.Length == 1 && entries[0].Protocol is null;

    private static IEnumerable<PortEntry> ByProtocol(PortEntry entry) =>
        entry.Protocol is null ? IpProtocols.All.Select(protocol => entry with { Protocol = protocol }) : [entry];

    /// <summary>No packet has port 0 (RFC 6335, section 6): from 1 on is everything.</summary>
    private static PortRange OrWhole(IpProtocol? protocol, PortRange ports) =>
        ports is { First: 1, Last: ushort.MaxValue } && protocol is { } named && named.HasPorts() ? PortRange.Whole : ports;

    private static PortEntry Merge(IpProtocol? protocol, PortRange ports, List<PortEntry> parts)
    {
        var whole = parts.Where(part => part.Ports.Contains(ports)).ToList();
        return new PortEntry(protocol, OrWhole(protocol, ports), Union(whole.Count > 0 ? whole : parts));
    }

    private static Reasons Union(List<PortEntry> entries) =>
        entries.Count == 1 ? entries[0].Because
        : entries.Exists(entry => entry.Because.Rules.IsEmpty) ? Reasons.None
        : Reasons.Of(entries.SelectMany(entry => entry.Because.Rules));
}
