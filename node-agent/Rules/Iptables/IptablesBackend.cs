using System.Collections.Immutable;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Netlink.IpSets;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// Rules in chains of our own in iptables' tables, and ipsets. A change rewrites the chains that say something else now, one commit for each table and
/// family; what packets are judged by is all in one table, so each packet meets the old rules or the new ones. A pod of a workload that the rules know
/// is an element of a set: no program is started for it.
/// </summary>
internal sealed class IptablesBackend : IRuleBackend
{
    private readonly IptablesPrograms programs;
    private readonly NfTablesSocket nfTables;
    private readonly IpSetSocket ipSets;
    private readonly ForeignCommits commits;
    private readonly NetworkNamespace? inside;
    private readonly ImmutableArray<FamilyTables> families;
    private readonly KeptSets sets;
    private IptablesRules? last;
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
        (nfTables, ipSets) = (NfTablesSocket.Open(inside), IpSetSocket.Open(inside));
        sets = new KeptSets(programs, ipSets);
        families = [.. new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }.Select(family => new FamilyTables(family, programs, Stamp))];
    }

    /// <inheritdoc />
    public string Name => "iptables";

    /// <inheritdoc />
    public RuleInspection Inspect()
    {
        InspectAsync(CancellationToken.None).GetAwaiter().GetResult();
        return new RuleInspection(Condition, families[0].Workloads());
    }

    /// <inheritdoc />
    public Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop) => ApplyAsync(desired, hooked: true, stop);

    /// <summary>As <see cref="ApplyAsync(RuleState, CancellationToken)"/>.</summary>
    /// <param name="desired">What the rules must say.</param>
    /// <param name="hooked">Whether packets come to our chains; if not, the jumps stay as they are.</param>
    /// <param name="stop">Given up when this is cancelled.</param>
    internal async Task<RuleChanges> ApplyAsync(RuleState desired, bool hooked, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(desired);
        if (!sets.IsKnown)
        {
            await InspectAsync(stop).ConfigureAwait(false);
        }

        var wanted = Rendering.Of(desired);
        foreach (var (family, kept) in wanted.Families.Zip(families))
        {
            kept.Recognize(family, sets);
        }

        var found = Condition;
        try
        {
            var plan = sets.PlanOf(wanted.Sets);
            var added = await sets.GrowAsync(plan, stop).ConfigureAwait(false);
            var written = await Task.WhenAll(wanted.Families.Zip(families, (family, kept) => kept.WriteAsync(family, hooked, stop))).ConfigureAwait(false);
            added += sets.Change(plan) + written.Sum(family => family.Added);
            var removed = await sets.ShrinkAsync(plan, stop).ConfigureAwait(false) + written.Sum(family => family.Removed);
            last = wanted;
            return new RuleChanges(added, removed, found == SkeletonCondition.Intact ? null : found);
        }
        catch
        {
            // What the kernel has now is not sure: read it before the next write.
            sets.Forget();
            throw;
        }
    }

    /// <inheritdoc />
    public bool IsInPlace() =>
        nft != true
        || ((NfFamily[])[NfFamily.IPv4, NfFamily.IPv6]).All(family => nfTables.Chains(new TableName(family, "mangle")).Any(chain => chain.Name == $"{Hook.Prefix}{StaticChains.Judge}"));

    /// <inheritdoc />
    /// <remarks>Sets change without a trace in the tables, and the old kind of tables leaves none at all.</remarks>
    public bool IsAsLeft() => false;

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
        foreach (var family in families)
        {
            await family.CloseAsync(settings, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Whether anything of ours may be in the kernel; asks no program, since asking the old kind creates its tables.</summary>
    internal bool MayBeThere() =>
        nfTables.Chains(new TableName(NfFamily.IPv4, "mangle")).Any(chain => chain.Name.StartsWith(Hook.Prefix, StringComparison.Ordinal))
        || LegacyTables.InUse(AddressFamily.InterNetwork, inside).Contains("mangle", StringComparer.Ordinal);

    /// <summary>Takes all of ours out of the kernel: another backend's rules are in force.</summary>
    /// <returns>Whether all is gone; false while nf_tables still holds a set for a moment.</returns>
    internal async Task<bool> RemoveAsync(CancellationToken stop)
    {
        await InspectAsync(stop).ConfigureAwait(false);
        foreach (var family in families)
        {
            await family.RemoveAsync(stop).ConfigureAwait(false);
        }

        await sets.ShrinkAsync(sets.PlanOf(ImmutableSortedDictionary<string, IpSet>.Empty), stop).ConfigureAwait(false);
        var gone = sets.IsEmpty;
        sets.Forget();
        return gone;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        commits.Dispose();
        nfTables.Dispose();
        ipSets.Dispose();
    }

    private SkeletonCondition Condition =>
        families.All(family => family.IsEmpty) ? SkeletonCondition.Missing
        : families.All(family => family.IsIntact) ? SkeletonCondition.Intact
        : SkeletonCondition.Changed;

    private async Task InspectAsync(CancellationToken stop)
    {
        await IsNftAsync(stop).ConfigureAwait(false);
        await Task.WhenAll(families.Select(family => family.LookAsync(stop))).ConfigureAwait(false);
        sets.Read();
        if (last is not null)
        {
            var plan = sets.PlanOf(ImmutableSortedDictionary<string, IpSet>.Empty.Add(LoadPrint.SetName, Prints(last)));
            await sets.GrowAsync(plan, stop).ConfigureAwait(false);
            sets.Change(plan);
        }
    }

    /// <summary>nf_tables counts its commits. The old tables' state can be told only by reading them.</summary>
    private ulong? Stamp() => nft == true ? nfTables.CurrentGeneration().Number : null;

    private IpSet Prints(IptablesRules rules) =>
        new(
            LoadPrint.SetName,
            LoadPrint.SetType,
            [
                .. from pair in rules.Families.Zip(families)
                   from print in pair.Second.Prints(pair.First)
                   select IpSetElement.Of(LoadPrint.ElementOf(pair.First.Family, print.Table), comment: print.Print),
            ]
        );

    private async Task<IReadOnlyList<RuleCounter>> ReadCountersAsync()
    {
        var texts = await Task.WhenAll(
            from family in families
            from table in (string[])["raw", "mangle"]
            select programs.SaveAsync(family.Family, table, counters: true, CancellationToken.None)
        ).ConfigureAwait(false);
        return SavedCounters.Of(texts);
    }
}
