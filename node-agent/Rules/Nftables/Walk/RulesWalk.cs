using System.Text.Json;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Nftables.Walk;

/// <summary>
/// Takes a packet that nobody sends through the rules that the kernel has, as it would: what it finds does not depend on what the agent believes to have
/// written, so a rule that somebody added by hand counts here as it does for packets. Changes nothing. One walk for each object.
/// </summary>
/// <param name="table">The rules as listed.</param>
/// <param name="sets">Looks elements up.</param>
/// <param name="packet">The packet.</param>
internal sealed class RulesWalk(ListedTable table, ISetLookup sets, TriedPacket packet)
{
    private readonly List<string> chains = [];
    private readonly List<string> counters = [];
    private readonly List<(string Chain, string Key)> misses = [];
    private uint mark = packet.Mark;
    private string? element;

    /// <summary>Walks from a base chain on. Who gets to its end is accepted: so the policy of all our chains says.</summary>
    /// <exception cref="WalkException">A rule on the way is not understood.</exception>
    public WalkResult From(string chain)
    {
        var verdict = Pass(chain) ?? "accept";
        var last = misses.LastOrDefault().Chain;
        return new WalkResult(verdict, [.. chains], [.. counters], element, [.. misses.Where(miss => last.StartsWith(miss.Chain, StringComparison.Ordinal)).Select(miss => miss.Key).Distinct()]);
    }

    /// <returns>The verdict; null: the end was reached, or <c>return</c>.</returns>
    private string? Pass(string chain)
    {
        chains.Add(chain);
        if (!table.Chains.TryGetValue(chain, out var rules))
        {
            throw new WalkException($"the chain {chain} is not there");
        }

        foreach (var rule in rules)
        {
            if (!Matches(rule, chain, out var found))
            {
                continue;
            }

            foreach (var statement in rule.EnumerateArray())
            {
                foreach (var part in statement.EnumerateObject())
                {
                    switch (part.Name)
                    {
                        case "accept" or "drop" or "reject":
                            element = found ?? element;
                            return part.Name;
                        case "goto":
                            element = found ?? element;
                            return Pass(part.Value.GetProperty("target").GetString()!);
                        case "jump" when Pass(part.Value.GetProperty("target").GetString()!) is { } verdict:
                            element = found ?? element;
                            return verdict;
                        case "return":
                            return null;
                        case "counter" when part.Value.ValueKind == JsonValueKind.String:
                            counters.Add(part.Value.GetString()!);
                            break;
                        case "mangle":
                            Mangle(part.Value);
                            break;
                    }
                }
            }
        }

        return null;
    }

    private void Mangle(JsonElement mangle)
    {
        if (mangle.GetProperty("key").TryGetProperty("meta", out var meta) && meta.GetProperty("key").GetString() == "mark")
        {
            mark = PacketValue.Of(mangle.GetProperty("value"), packet, mark) is ulong value ? (uint)value : throw new WalkException("a mark that is no number");
        }
    }

    private bool Matches(JsonElement rule, string chain, out string? found)
    {
        found = null;

        // What a rule looks up that only counts or tells decides nothing.
        var missed = Judges(rule) ? misses : [];
        foreach (var statement in rule.EnumerateArray())
        {
            foreach (var part in statement.EnumerateObject())
            {
                if (part.Name is "vmap")
                {
                    throw new WalkException($"a verdict map in chain {chain}");
                }

                if (part.Name is "match" && !Holds(part.Value, chain, missed, ref found))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool Judges(JsonElement rule) =>
        rule.EnumerateArray().Any(statement => statement.EnumerateObject().Any(part => part.Name is "accept" or "drop" or "reject" or "goto" or "jump" or "return"));

    private bool Holds(JsonElement match, string chain, List<(string Chain, string Key)> missed, ref string? found)
    {
        var (right, not) = (match.GetProperty("right"), match.GetProperty("op").GetString() == "!=");
        var set = right.ValueKind == JsonValueKind.String && right.GetString() is ['@', .. var name] ? name : null;
        var turned = table.TurnsConstants && set is not null && table.Sets[set].HasIntervals;
        if (PacketValue.Of(match.GetProperty("left"), packet, mark, turned) is not { } left)
        {
            return false;
        }

        if (set is not null)
        {
            var (key, hit) = sets.Find(set, table.Sets[set], left as List<object> ?? [left]);
            if (hit is not null && !not)
            {
                found = $"{set} {{ {hit} }}";
            }
            else if (hit is null && !not)
            {
                missed.Add((chain, $"{set} {{ {key} }}"));
            }

            return hit is not null != not;
        }

        return Comparison.Holds(left, match.GetProperty("op").GetString()!, right);
    }
}
