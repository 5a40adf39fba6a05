using System.Collections.Immutable;
using System.Net;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>What <c>ipset save</c> says of our sets. Pure.</summary>
internal static class SavedSets
{
    /// <summary>Reads it: each set with its entries and what the kernel keeps beside them.</summary>
    internal static Dictionary<string, Dictionary<string, string>> Parse(string text)
    {
        var sets = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var words = line.TrimEnd().Split(' ', 4);
            if (words.Length >= 3 && words[1].StartsWith(IpSet.Prefix, StringComparison.Ordinal))
            {
                if (words[0] == "create")
                {
                    sets[words[1]] = new Dictionary<string, string>(StringComparer.Ordinal);
                }
                else if (words[0] == "add" && sets.TryGetValue(words[1], out var entries))
                {
                    entries[Plain(words[2])] = words.Length > 3 ? words[3] : "";
                }
            }
        }

        return sets;
    }

    /// <summary>What must be added before rules may refer to it.</summary>
    internal static IEnumerable<string> Additions(ImmutableSortedDictionary<string, IpSet> wanted, IReadOnlyDictionary<string, Dictionary<string, string>> found)
    {
        foreach (var set in wanted.Values)
        {
            var there = found.GetValueOrDefault(set.Name);
            if (there is null)
            {
                yield return $"create {set.Name} {set.Type}";
            }

            foreach (var (entry, rest) in set.Entries)
            {
                if (there is null || !there.TryGetValue(Plain(entry), out var now) || now != rest)
                {
                    yield return $"add {set.Name} {entry}{(rest.Length > 0 ? " " : "")}{rest}";
                }
            }
        }
    }

    /// <summary>What must go once the rules no longer need it.</summary>
    internal static IEnumerable<string> Removals(ImmutableSortedDictionary<string, IpSet> wanted, IReadOnlyDictionary<string, Dictionary<string, string>> found) =>
        from set in wanted.Values
        where set.IsOurs && found.ContainsKey(set.Name)
        let keep = set.Entries.Keys.Select(Plain).ToHashSet(StringComparer.Ordinal)
        from entry in found[set.Name].Keys
        where !keep.Contains(entry)
        select $"del {set.Name} {entry}";

    /// <summary>Notes that additions were made.</summary>
    internal static void Grow(Dictionary<string, Dictionary<string, string>> found, ImmutableSortedDictionary<string, IpSet> wanted)
    {
        foreach (var set in wanted.Values)
        {
            var there = found.TryGetValue(set.Name, out var entries) ? entries : found[set.Name] = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (entry, rest) in set.Entries)
            {
                there[Plain(entry)] = rest;
            }
        }
    }

    /// <summary>Notes that removals were made.</summary>
    internal static void Shrink(Dictionary<string, Dictionary<string, string>> found, ImmutableSortedDictionary<string, IpSet> wanted)
    {
        foreach (var set in wanted.Values)
        {
            found[set.Name] = set.Entries.ToDictionary(entry => Plain(entry.Key), entry => entry.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>An entry with its address as .NET writes it, so that two spellings of one address are one entry.</summary>
    private static string Plain(string entry)
    {
        var end = entry.AsSpan().IndexOfAny('/', ',');
        var address = end < 0 ? entry : entry[..end];
        return IPAddress.TryParse(address, out var parsed) ? $"{parsed}{(end < 0 ? "" : entry[end..])}" : entry;
    }
}
