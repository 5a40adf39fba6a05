using System.Text;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>What goes before the skeleton's text, in the same transaction, so that it takes the place of what is there. Pure.</summary>
/// <remarks>
/// The hooked chains stay and only their rules go. If the table were deleted and made again, the new chains' hooks would be there beside the old ones' until the
/// commit ends (nf_tables_newchain registers while the transaction is prepared, nf_tables_commit unregisters), and each hooked chain reads which generation is
/// in force for itself (nft_do_chain): a packet between the two at that moment meets the rules of both, and its tag is shifted twice, or of neither. A chain
/// that stays has one hook and reads the generation once. Counters stay, too: what they counted is not lost.
/// </remarks>
internal static class ClearingText
{
    /// <summary>Takes everything away, whatever it is.</summary>
    /// <param name="table">The table; it need not be there.</param>
    internal static string Whole(TableName table) => $"table {table}\ndelete table {table}\n";

    /// <summary>Takes away what is there but hooked chains and counters that the text has, too.</summary>
    /// <param name="table">The table.</param>
    /// <param name="text">The skeleton's text, that follows.</param>
    /// <param name="chains">The chains that are there.</param>
    /// <param name="sets">The sets and maps that are there; anonymous ones go with their rules.</param>
    /// <param name="counters">The named counters that are there.</param>
    internal static string Of(TableName table, string text, IEnumerable<NfChain> chains, IEnumerable<NfSet> sets, IEnumerable<string> counters)
    {
        var clearing = new StringBuilder($"flush table {table}\n");
        foreach (var chain in chains.Where(chain => chain.Hook is null || !Has(text, "chain", chain.Name)))
        {
            Delete("chain", chain.Name);
        }

        foreach (var set in sets.Where(set => !set.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            Delete(set.Flags.HasFlag(NfSetFlags.Map) ? "map" : "set", set.Name);
        }

        foreach (var counter in counters.Where(counter => !Has(text, "counter", counter)))
        {
            Delete("counter", counter);
        }

        return clearing.ToString();

        void Delete(string kind, string name) => clearing.Append("delete ").Append(kind).Append(' ').Append(table).Append(' ').Append(name).Append('\n');
    }

    private static bool Has(string text, string kind, string name) => text.Contains($"\t{kind} {name} {{", StringComparison.Ordinal);
}
