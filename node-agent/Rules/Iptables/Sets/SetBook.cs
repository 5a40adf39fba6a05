using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Overlay.Netlink.IpSets;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The sets while rules that name them are being written.</summary>
internal sealed class SetBook
{
    /// <summary>How many elements a set holds that says nothing of it.</summary>
    private const int DefaultCapacity = 65536;

    private readonly ImmutableSortedDictionary<string, IpSet>.Builder sets = ImmutableSortedDictionary.CreateBuilder<string, IpSet>(StringComparer.Ordinal);

    /// <summary>A set that is always there.</summary>
    internal void Add(string name, AddressFamily family, string type, IEnumerable<IpSetElement> elements)
    {
        var full = NameOf(name, family);
        sets[full] = new IpSet(full, TypeOf(type, family), [.. elements.DistinctBy(element => element.Identity).OrderBy(element => element.ToString(), StringComparer.Ordinal)]);
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

        var blocks = mine.SelectMany(AddressBlocks.Of).Distinct().ToList();
        if (blocks.Count <= 1)
        {
            return blocks.Count == 0 ? null : $"{(source ? "-s" : "-d")} {blocks[0]}";
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', blocks))).AsSpan(0, 9));
        Add($"a{hash}", family, blocks.Count <= DefaultCapacity ? "hash:net" : string.Create(CultureInfo.InvariantCulture, $"hash:net maxelem {blocks.Count}"), blocks.Select(block => new IpSetElement(block)));
        return $"-m set --match-set {NameOf($"a{hash}", family)} {(source ? "src" : "dst")}";
    }

    internal ImmutableSortedDictionary<string, IpSet> Close() => sets.ToImmutable();

    internal static string NameOf(string name, AddressFamily family) => $"{IpSet.Prefix}{name}{(family == AddressFamily.InterNetwork ? 4 : 6)}";

    internal static string TypeOf(string type, AddressFamily family)
    {
        var parts = type.Split(' ', 2);
        return $"{parts[0]} family {(family == AddressFamily.InterNetwork ? "inet" : "inet6")}{(parts.Length > 1 ? $" {parts[1]}" : "")}";
    }

    /// <summary>Networks as elements.</summary>
    internal static IEnumerable<IpSetElement> Elements(IEnumerable<IPNetwork> networks, AddressFamily family) =>
        networks.Where(network => network.BaseAddress.AddressFamily == family).SelectMany(AddressBlocks.Of).Select(block => new IpSetElement(block));
}
