using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Our chains of one family in the kernel. A table is read again only when something tells that it may have changed.</summary>
/// <param name="family">The family.</param>
/// <param name="programs">Read and write.</param>
/// <param name="stamp">What changes whenever the tables do, without starting a program; null where nothing tells.</param>
internal sealed class FamilyTables(AddressFamily family, IptablesPrograms programs, Func<ulong?> stamp)
{
    /// <summary>In the order in which they are loaded: what marks and checks comes before what judges.</summary>
    private readonly ImmutableArray<KeptTable> tables = [new("filter"), new("nat"), new("raw"), new("mangle")];

    /// <summary>The family.</summary>
    internal AddressFamily Family => family;

    /// <summary>Nothing of ours is in the kernel.</summary>
    internal bool IsEmpty => tables.All(table => table.Found.Chains.IsEmpty);

    /// <summary>All of ours is in the kernel as it was written.</summary>
    internal bool IsIntact => tables.All(table => table.IsIntact);

    private KeptTable Judging => tables[^1];

    /// <summary>Finds out what the kernel has.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        var now = stamp();
        foreach (var table in tables.Where(table => now is null || table.Stamp != now))
        {
            table.Take(SavedTable.Parse(await programs.SaveAsync(family, table.Name, counters: false, stop).ConfigureAwait(false)), now);
        }
    }

    /// <summary>Writes what differs, one commit for each table.</summary>
    /// <param name="wanted">What the kernel must say.</param>
    /// <param name="hooked">Whether packets shall come to our chains; if not, the jumps stay as they are.</param>
    /// <param name="stop">Given up when this is cancelled.</param>
    /// <returns>Rules written, chains removed.</returns>
    internal async Task<(int Added, int Removed)> WriteAsync(IptablesFamily wanted, bool hooked, CancellationToken stop)
    {
        var (added, removed) = (0, 0);
        foreach (var (table, kept) in wanted.Tables.Zip(tables))
        {
            var plan = kept.PlanOf(table, hooked);
            await WriteAsync(kept, plan, stop).ConfigureAwait(false);
            (added, removed) = (added + plan.Rules, removed + plan.Remove.Length);
        }

        return (added, removed);
    }

    /// <summary>Lets no pod's packet be forwarded until the next <see cref="WriteAsync(IptablesFamily, bool, CancellationToken)"/>.</summary>
    internal Task CloseAsync(RuleSettings settings, CancellationToken stop) => WriteAsync(Judging, TablePlan.Gate(settings, Judging.Found), stop);

    /// <summary>Takes all of ours out.</summary>
    internal async Task RemoveAsync(CancellationToken stop)
    {
        foreach (var table in tables)
        {
            await WriteAsync(table, TablePlan.Nothing(table.Name, table.Found), stop).ConfigureAwait(false);
        }
    }

    /// <summary>After a start: what is in the kernel from this very text need not be written again.</summary>
    internal void Recognize(IptablesFamily wanted, KeptSets sets)
    {
        foreach (var (table, kept) in wanted.Tables.Zip(tables))
        {
            kept.Recognize(table, sets.CommentOf(LoadPrint.SetName, LoadPrint.ElementOf(family, table.Name)));
        }
    }

    /// <summary>What an agent that starts shall find beside each table; none of those that were not read since they were written.</summary>
    internal IEnumerable<(string Table, string Print)> Prints(IptablesFamily wanted) =>
        from pair in wanted.Tables.Zip(tables)
        let print = pair.Second.PrintOf(pair.First)
        where print is not null
        select (pair.First.Name, print);

    /// <summary>Which number stands for which workload, from the chain that says so.</summary>
    internal ImmutableSortedDictionary<uint, string> Workloads()
    {
        const string comment = "-m comment --comment ";
        var names = ImmutableSortedDictionary.CreateBuilder<uint, string>();
        foreach (var rule in Judging.Found.Chains.GetValueOrDefault($"{Hook.Prefix}{Rendering.About}", []))
        {
            if (rule.StartsWith(comment, StringComparison.Ordinal) && rule[comment.Length..].Trim('"').Split(' ', 2) is [var number, var name] && uint.TryParse(number, CultureInfo.InvariantCulture, out var group))
            {
                names[group] = name;
            }
        }

        return names.ToImmutable();
    }

    private async Task WriteAsync(KeptTable table, TablePlan plan, CancellationToken stop)
    {
        if (!plan.IsEmpty)
        {
            await programs.RestoreAsync(family, plan.Text(), stop).ConfigureAwait(false);
            table.Wrote(plan);
        }
    }
}
