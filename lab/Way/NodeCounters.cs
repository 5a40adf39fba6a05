using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.Nodes;

namespace Overlay.Lab.Way;

/// <summary>The named counters of <c>table inet overlay</c> on one node.</summary>
/// <param name="Packets">By name.</param>
public sealed record NodeCounters(ImmutableSortedDictionary<string, long> Packets)
{
    /// <summary>Reads them with nft.</summary>
    /// <param name="node">The node.</param>
    public static NodeCounters Read(LabNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var json = JsonNode.Parse(node.Run("nft", "-j", "list", "counters", "table", "inet", "overlay").Checked())!;
        return new NodeCounters(json["nftables"]!.AsArray()
            .Select(o => o!["counter"])
            .Where(c => c is not null)
            .ToImmutableSortedDictionary(c => (string)c!["name"]!, c => (long)c!["packets"]!, StringComparer.Ordinal));
    }

    /// <summary>How much one grew since an earlier reading.</summary>
    /// <param name="name">The counter.</param>
    /// <param name="earlier">The earlier reading.</param>
    public long Since(string name, NodeCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Packets.GetValueOrDefault(name) - earlier.Packets.GetValueOrDefault(name);
    }
}
