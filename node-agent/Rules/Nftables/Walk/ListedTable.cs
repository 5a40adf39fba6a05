using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>A table as <c>nft -j -t list table</c> shows what the kernel has: chains with their rules, and the shape of sets; no elements. Pure.</summary>
/// <param name="Chains">Each chain's rules, in their order: each a list of statements (libnftables-json(5)).</param>
/// <param name="Sets">Each set's or map's key.</param>
internal sealed record ListedTable(ImmutableDictionary<string, ImmutableArray<JsonElement>> Chains, ImmutableDictionary<string, ListedSet> Sets)
{
    /// <summary>The chain that no packet comes to, with one look-up whose constant is known.</summary>
    private const string Witness = "listed";

    /// <summary>Its constant with the bytes turned, in decimal, as listings have numbers.</summary>
    private const uint TurnedConstant = 0x04030201;

    /// <summary>
    /// Whether constants of an expression that is looked up among intervals are listed with their bytes turned around, as by nft 1.1.3: rules turn
    /// the packet's number to network order for such a look-up, and that nft shows the constants before it as if they were so too.
    /// </summary>
    public bool TurnsConstants { get; } =
        Chains.TryGetValue(Witness, out var rules) && rules.Any(rule => rule.ToString().Contains(TurnedConstant.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Reads a listing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ListedTable Parse(string json)
    {
        // Cloned elements outlive the document without a pool to give anything back to.
        using var document = JsonDocument.Parse(json);
        var chains = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        var sets = ImmutableDictionary.CreateBuilder<string, ListedSet>(StringComparer.Ordinal);
        foreach (var listed in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (listed.TryGetProperty("chain", out var chain))
            {
                chains[chain.GetProperty("name").GetString()!] = [];
            }
            else if (listed.TryGetProperty("rule", out var rule))
            {
                chains[rule.GetProperty("chain").GetString()!].Add(rule.GetProperty("expr").Clone());
            }
            else if (listed.TryGetProperty("set", out var set) || listed.TryGetProperty("map", out set))
            {
                sets[set.GetProperty("name").GetString()!] = ListedSet.Of(set);
            }
        }

        return new ListedTable(chains.ToImmutableDictionary(c => c.Key, c => c.Value.ToImmutableArray(), StringComparer.Ordinal), sets.ToImmutable());
    }
}
