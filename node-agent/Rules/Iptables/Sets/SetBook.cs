using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The sets while rules that name them are being written.</summary>
internal sealed class SetBook
{
    private readonly ImmutableSortedDictionary<string, IpSet>.Builder sets = ImmutableSortedDictionary.CreateBuilder<string, IpSet>(StringComparer.Ordinal);

    /// <summary>A set that is always there.</summary>
    internal void Add(string name, AddressFamily family, string type, IEnumerable<KeyValuePair<string, string>> entries)
    {
        var full = NameOf(name, family);
        sets[full] = new IpSet(full, TypeOf(type, family), entries.DistinctBy(entry => entry.Key).ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>
    /// What matches addresses of these ranges, of one family; null when there are none. One block is written into the rule; more make a set that is named
    /// after its content: it never changes, and a rule that comes to mean other addresses names another set in the same step.
    /// </summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="family">Only ranges of this family count.</param>
    /// <param name="source">Whether the packet's source is meant, or its destination.</param>
    internal string? Match(IEnumerable<AddressRange> ranges, AddressFamily family, bool source)
    {
        var mine = ranges.Where(range => range.Family == family).Distinct().Order().ToList();
        if (mine.Contains(family == AddressFamily.InterNetwork ? AddressRange.IPv4 : AddressRange.IPv6))
        {
            return "";
        }

        var blocks = mine.SelectMany(AddressBlocks.Of).Select(block => block.ToString()).Distinct(StringComparer.Ordinal).ToList();
        if (blocks.Count <= 1)
        {
            return blocks.Count == 0 ? null : $"{(source ? "-s" : "-d")} {blocks[0]}";
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', blocks))).AsSpan(0, 9));
        Add($"a{hash}", family, "hash:net", blocks.Select(block => KeyValuePair.Create(EntryOf(block), "")));
        return $"-m set --match-set {NameOf($"a{hash}", family)} {(source ? "src" : "dst")}";
    }

    internal ImmutableSortedDictionary<string, IpSet> Close() => sets.ToImmutable();

    internal static string NameOf(string name, AddressFamily family) => $"{IpSet.Prefix}{name}{(family == AddressFamily.InterNetwork ? 4 : 6)}";

    internal static string TypeOf(string type, AddressFamily family)
    {
        var parts = type.Split(' ', 2);
        return $"{parts[0]} family {(family == AddressFamily.InterNetwork ? "inet" : "inet6")}{(parts.Length > 1 ? $" {parts[1]}" : "")}";
    }

    /// <summary>A block as ipset prints it: a single address without its length.</summary>
    internal static string EntryOf(string block) => block.EndsWith("/32", StringComparison.Ordinal) && !block.Contains(':', StringComparison.Ordinal) || block.EndsWith("/128", StringComparison.Ordinal) ? block[..block.LastIndexOf('/')] : block;

    /// <summary>Networks as entries.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Entries(IEnumerable<IPNetwork> networks, AddressFamily family) =>
        networks.Where(network => network.BaseAddress.AddressFamily == family).SelectMany(AddressBlocks.Of).Select(block => KeyValuePair.Create(EntryOf(block.ToString()), ""));
}
