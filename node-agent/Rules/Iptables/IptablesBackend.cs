using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// Rules in chains of our own in iptables' tables, and ipsets. A change rewrites the chains that say something else now, one commit for each table and
/// family; what packets are judged by is all in one table, so each packet meets the old rules or the new ones. Sets only grow before, and shrink after.
/// </summary>
internal sealed class IptablesBackend : IRuleBackend
{
    private static readonly ImmutableArray<AddressFamily> Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];
    private static readonly ImmutableArray<string> Tables = ["filter", "nat", "raw", "mangle"];

    private readonly IptablesPrograms programs;
    private readonly NfTablesSocket socket;
    private readonly ForeignCommits commits;
    private readonly NetworkNamespace? inside;

    /// <summary>Chains of which we know that the kernel has them as they were written.</summary>
    private readonly Dictionary<(AddressFamily, string), Dictionary<string, ImmutableArray<string>>> written = [];

    /// <summary>What the kernel said right after the last write.</summary>
    private readonly Dictionary<(AddressFamily, string), SavedTable> saved = [];
    private Dictionary<string, Dictionary<string, string>>? sets;
    private bool? nft;

    /// <summary>Works in one network namespace.</summary>
    /// <param name="tools">Starts programs, in that namespace too.</param>
    /// <param name="variant">Which iptables (<see cref="IptablesPrograms"/>).</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    internal IptablesBackend(ITools tools, string variant = "", NetworkNamespace? inside = null)
    {
        this.inside = inside;
        programs = new IptablesPrograms(tools, variant);
        commits = new ForeignCommits(inside);
        socket = NfTablesSocket.Open(inside);
    }

    /// <inheritdoc />
    public string Name => "iptables";

    /// <inheritdoc />
    public RuleInspection Inspect() => InspectAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc />
    public Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop) => ApplyAsync(desired, hooked: true, stop);

    /// <summary>As <see cref="ApplyAsync(RuleState, CancellationToken)"/>.</summary>
    /// <param name="desired">What the rules must say.</param>
    /// <param name="hooked">Whether packets come to our chains; if not, the jumps stay as they are.</param>
    /// <param name="stop">Given up when this is cancelled.</param>
    internal async Task<RuleChanges> ApplyAsync(RuleState desired, bool hooked, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(desired);
        if (sets is null)
        {
            await InspectAsync(stop).ConfigureAwait(false);
        }

        var wanted = Rendering.Of(desired);
        Recognize(wanted);
        var found = Condition();
        try
        {
            var (added, removed) = (await GrowSetsAsync(wanted.Sets, stop).ConfigureAwait(false), 0);
            foreach (var family in wanted.Families)
            {
                foreach (var table in family.Tables)
                {
                    var plan = TablePlan.Between(table, written.GetValueOrDefault((family.Family, table.Name)) ?? [], saved[(family.Family, table.Name)], hooked);
                    if (!plan.IsEmpty)
                    {
                        await programs.RestoreAsync(family.Family, plan.Text(), stop).ConfigureAwait(false);
                        await ReadTableAsync(family.Family, table.Name, stop).ConfigureAwait(false);
                        written[(family.Family, table.Name)] = table.Chains.ToDictionary(StringComparer.Ordinal);
                        (added, removed) = (added + plan.Rules, removed + plan.Remove.Length);
                    }
                }
            }

            removed += await ShrinkSetsAsync(wanted.Sets, stop).ConfigureAwait(false);
            await RememberAsync(wanted, stop).ConfigureAwait(false);
            return new RuleChanges(added, removed, found == SkeletonCondition.Intact ? null : found);
        }
        catch
        {
            // What the kernel has now is not sure: read it before the next write.
            sets = null;
            throw;
        }
    }

    /// <inheritdoc />
    public bool IsInPlace() =>
        nft != true
        || ((NfFamily[])[NfFamily.IPv4, NfFamily.IPv6]).All(family => socket.Chains(new TableName(family, "mangle")).Any(chain => chain.Name == $"{Hook.Prefix}{StaticChains.Judge}"));

    /// <inheritdoc />
    public Task WaitForOthersAsync(CancellationToken stop) => commits.WaitAsync(stop);

    /// <inheritdoc />
    public IReadOnlyList<RuleCounter> ReadCounters() => ReadCountersAsync().GetAwaiter().GetResult();

    /// <summary>Whether the node's iptables writes nf_tables rules.</summary>
    internal async Task<bool> IsNftAsync(CancellationToken stop) => nft ??= await programs.IsNftAsync(stop).ConfigureAwait(false);

    /// <summary>Lets no pod's packet be forwarded until rules are in force again: for the moment in which no step can replace one backend by the other.</summary>
    internal async Task CloseAsync(RuleSettings settings, CancellationToken stop)
    {
        await InspectAsync(stop).ConfigureAwait(false);
        foreach (var family in Families)
        {
            await programs.RestoreAsync(family, TablePlan.Gate(settings, saved[(family, "mangle")]).Text(), stop).ConfigureAwait(false);
        }

        await InspectAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Whether anything of ours may be in the kernel; asks no program, since asking the old kind creates its tables.</summary>
    internal bool MayBeThere() =>
        socket.Chains(new TableName(NfFamily.IPv4, "mangle")).Any(chain => chain.Name.StartsWith(Hook.Prefix, StringComparison.Ordinal))
        || LegacyTables.InUse(AddressFamily.InterNetwork, inside).Contains("mangle", StringComparer.Ordinal);

    /// <summary>Takes all of ours out of the kernel: another backend's rules are in force.</summary>
    /// <returns>Whether all is gone; false while nf_tables still holds a set for a moment.</returns>
    internal async Task<bool> RemoveAsync(CancellationToken stop)
    {
        await InspectAsync(stop).ConfigureAwait(false);
        foreach (var ((family, table), found) in saved.ToList())
        {
            var plan = TablePlan.Nothing(table, found);
            if (!plan.IsEmpty)
            {
                await programs.RestoreAsync(family, plan.Text(), stop).ConfigureAwait(false);
            }
        }

        await ShrinkSetsAsync(ImmutableSortedDictionary<string, IpSet>.Empty, stop).ConfigureAwait(false);
        var gone = sets!.Count == 0;
        sets = null;
        return gone;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        commits.Dispose();
        socket.Dispose();
    }

    private async Task<RuleInspection> InspectAsync(CancellationToken stop)
    {
        await IsNftAsync(stop).ConfigureAwait(false);
        foreach (var family in Families)
        {
            foreach (var table in Tables)
            {
                var before = saved.GetValueOrDefault((family, table));
                var now = await ReadTableAsync(family, table, stop).ConfigureAwait(false);
                if (written.TryGetValue((family, table), out var chains))
                {
                    foreach (var chain in chains.Keys.Where(chain => !Same(before, now, chain)).ToList())
                    {
                        chains.Remove(chain);
                    }
                }
            }
        }

        sets = SavedSets.Parse(await programs.SaveSetsAsync(stop).ConfigureAwait(false));
        return new RuleInspection(Condition(), Workloads());
    }

    private async Task<SavedTable> ReadTableAsync(AddressFamily family, string table, CancellationToken stop) =>
        saved[(family, table)] = SavedTable.Parse(await programs.SaveAsync(family, table, counters: false, stop).ConfigureAwait(false));

    private static bool Same(SavedTable? before, SavedTable now, string chain) =>
        before is not null
        && before.Chains.TryGetValue(chain, out var then)
        && now.Chains.TryGetValue(chain, out var rules)
        && then.AsSpan().SequenceEqual(rules.AsSpan());

    private SkeletonCondition Condition() =>
        saved.Values.All(table => table.Chains.IsEmpty) ? SkeletonCondition.Missing
        : saved.All(table => Hook.All.Where(hook => hook.Table == table.Key.Item2).All(table.Value.IsHooked) && written.GetValueOrDefault(table.Key)?.Count > 0)
            ? SkeletonCondition.Intact
        : SkeletonCondition.Changed;

    private ImmutableSortedDictionary<uint, string> Workloads()
    {
        const string comment = "-m comment --comment ";
        var names = ImmutableSortedDictionary.CreateBuilder<uint, string>();
        foreach (var rule in saved[(AddressFamily.InterNetwork, "mangle")].Chains.GetValueOrDefault($"{Hook.Prefix}{Rendering.About}", []))
        {
            if (rule.StartsWith(comment, StringComparison.Ordinal) && rule[comment.Length..].Trim('"').Split(' ', 2) is [var number, var name] && uint.TryParse(number, CultureInfo.InvariantCulture, out var group))
            {
                names[group] = name;
            }
        }

        return names.ToImmutable();
    }

    /// <summary>After a start: tables whose chains somebody wrote from this very text, and nobody changed since, need not be written again.</summary>
    private void Recognize(IptablesRules wanted)
    {
        var about = sets!.GetValueOrDefault(LoadPrint.SetName) ?? [];
        foreach (var family in wanted.Families)
        {
            foreach (var table in family.Tables.Where(table => !written.ContainsKey((family.Family, table.Name))))
            {
                var key = (family.Family, table.Name);
                if (about.GetValueOrDefault(LoadPrint.EntryOf(key)) == LoadPrint.Of(table, saved[key]))
                {
                    written[key] = table.Chains.ToDictionary(StringComparer.Ordinal);
                }
            }
        }
    }

    private async Task RememberAsync(IptablesRules wanted, CancellationToken stop)
    {
        var prints = wanted.Families.SelectMany(family => family.Tables.Select(table => (Key: (family.Family, table.Name), Table: table)));
        var about = new IpSet(LoadPrint.SetName, LoadPrint.SetType, prints.ToImmutableSortedDictionary(print => LoadPrint.EntryOf(print.Key), print => LoadPrint.Of(print.Table, saved[print.Key])));
        await GrowSetsAsync(ImmutableSortedDictionary<string, IpSet>.Empty.Add(about.Name, about), stop).ConfigureAwait(false);
    }

    private async Task<int> GrowSetsAsync(ImmutableSortedDictionary<string, IpSet> wanted, CancellationToken stop)
    {
        var lines = SavedSets.Additions(wanted, sets!).ToList();
        if (lines.Count > 0)
        {
            await programs.RestoreSetsAsync(string.Join('\n', lines) + "\n", stop).ConfigureAwait(false);
            SavedSets.Grow(sets!, wanted);
        }

        return lines.Count;
    }

    private async Task<int> ShrinkSetsAsync(ImmutableSortedDictionary<string, IpSet> wanted, CancellationToken stop)
    {
        var lines = SavedSets.Removals(wanted, sets!).ToList();
        if (lines.Count > 0)
        {
            await programs.RestoreSetsAsync(string.Join('\n', lines) + "\n", stop).ConfigureAwait(false);
            SavedSets.Shrink(sets!, wanted);
        }

        var removed = lines.Count;
        foreach (var name in sets!.Keys.Where(name => !wanted.ContainsKey(name) && (name != LoadPrint.SetName || wanted.IsEmpty)).ToList())
        {
            // nf_tables lets go of a rule's set a moment after the rule is gone: then the next change or sweep removes it.
            if (await programs.DestroySetAsync(name, stop).ConfigureAwait(false))
            {
                sets.Remove(name);
                removed++;
            }
        }

        return removed;
    }

    private async Task<IReadOnlyList<RuleCounter>> ReadCountersAsync()
    {
        var texts = new List<string>();
        foreach (var family in Families)
        {
            foreach (var table in (string[])["raw", "mangle"])
            {
                texts.Add(await programs.SaveAsync(family, table, counters: true, CancellationToken.None).ConfigureAwait(false));
            }
        }

        return SavedCounters.Of(texts);
    }
}
