using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Rules;

/// <summary>The rule engine that the network's settings ask for; when they come to ask for another, it takes over from the one before.</summary>
/// <remarks>
/// The two lay packets' marks out differently, so that both can not work on one packet; connections' marks are the same. Where iptables writes nf_tables
/// rules, one transaction takes the one out and puts the other in. With iptables of the old kind, or without nft, no step can do that: pods' packets are
/// dropped for the moment in between, never let through.
/// </remarks>
internal sealed class ChosenBackend : IRuleBackend
{
    private static readonly TableName GuardTable = new(NfFamily.Inet, ChangeGuard.Table);

    private readonly Func<INftTool, NftablesBackend> makeNftables;
    private readonly Func<IptablesBackend> makeIptables;
    private readonly NftTool nftTool;
    private readonly string nft;
    private readonly ILogger log;
    private readonly Func<bool> hasIptables;
    private readonly Lazy<bool?> takesOurs;
    private readonly NfTablesSocket tables;
    private IRuleBackend current;
    private bool alone;

    /// <summary>Takes what is in the kernel for the engine in use.</summary>
    /// <param name="nft">The nft program.</param>
    /// <param name="tools">Starts programs.</param>
    /// <param name="prefix">A command line to start nft through; empty for none.</param>
    /// <param name="variant">Which iptables (<see cref="IptablesPrograms"/>).</param>
    /// <param name="inside">The namespace to work in; null: this process' own.</param>
    /// <param name="log">Hears of changes.</param>
    internal ChosenBackend(string nft, ITools tools, IReadOnlyList<string> prefix, string variant, NetworkNamespace? inside, ILogger log)
    {
        (this.nft, this.log) = (nft, log);
        nftTool = new NftTool(nft, prefix);
        takesOurs = new Lazy<bool?>(new SetTrial(new NftTool(nft, [])).TakesProtocols);
        tables = NfTablesSocket.Open(inside);
        makeNftables = tool => new NftablesBackend(tool, inside);
        hasIptables = () => ProgramPath.Find($"iptables{variant}-restore") is not null;
        makeIptables = () => new IptablesBackend(tools, variant, inside);
        var nftables = makeNftables(nftTool);
        var iptables = makeIptables();
        if (iptables.MayBeThere() && (nftables.Inspect().Skeleton == SkeletonCondition.Missing || IsEmptied) && iptables.Inspect().Skeleton != SkeletonCondition.Missing)
        {
            (current, alone) = (iptables, !IsGuarded && !tables.Tables().Any(table => table.Name == NftablesBackend.Table));
            nftables.Dispose();
        }
        else
        {
            (current, alone) = (nftables, !iptables.MayBeThere() && !IsGuarded);
            iptables.Dispose();
        }
    }

    /// <summary>The engine of this process' own namespace.</summary>
    /// <param name="nft">The nft program.</param>
    /// <param name="log">Hears of changes.</param>
    internal static ChosenBackend Open(string nft, ILogger log) => new(nft, new Tools([]), [], "", null, log);

    /// <inheritdoc />
    public string Name => current.Name;

    /// <inheritdoc />
    public RuleInspection Inspect() => current.Inspect();

    /// <inheritdoc />
    public async Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var iptables = desired.Settings.Backend == RuleBackend.Iptables || (desired.Settings.Backend == RuleBackend.Auto && !CanNft && hasIptables());
        if (iptables != current is IptablesBackend)
        {
            return await (iptables ? ToIptablesAsync(desired, stop) : ToNftablesAsync(desired, stop)).ConfigureAwait(false);
        }

        var written = await current.ApplyAsync(desired, stop).ConfigureAwait(false);
        await LeaveOthersBehindAsync(stop).ConfigureAwait(false);
        return written;
    }

    /// <inheritdoc />
    public bool IsInPlace() => current.IsInPlace();

    /// <inheritdoc />
    public bool IsAsLeft() => alone && current.IsAsLeft();

    /// <inheritdoc />
    public Task WaitForOthersAsync(CancellationToken stop) => current.WaitForOthersAsync(stop);

    /// <inheritdoc />
    public IReadOnlyList<RuleCounter> ReadCounters() => current.ReadCounters();

    /// <inheritdoc />
    public void Dispose()
    {
        current.Dispose();
        tables.Dispose();
    }

    /// <summary>Whether the nft program is there now; it may come and go while the agent runs.</summary>
    private bool HasNft => ProgramPath.Find(nft) is not null;

    /// <summary>Whether its rules get into this kernel as well. Tried once: neither changes while the agent runs.</summary>
    private bool CanNft => HasNft && takesOurs.Value != false;

    private IEnumerable<string> Hooked() =>
        tables.Tables().Any(table => table.Name == NftablesBackend.Table) ? tables.Chains(NftablesBackend.Table).Where(chain => chain.Hook is not null).Select(chain => chain.Name) : [];

    /// <summary>Whether nftables' rules are out of force, and its table still there: an agent ended right after a change.</summary>
    private bool IsEmptied => Hooked().ToHashSet(StringComparer.Ordinal) is { Count: > 0 } hooked && !tables.Rules(NftablesBackend.Table).Any(rule => hooked.Contains(rule.Chain));

    private bool IsGuarded => tables.Tables().Any(table => table.Name == GuardTable);

    private async Task<RuleChanges> ToIptablesAsync(RuleState desired, CancellationToken stop)
    {
        var next = makeIptables();
        try
        {
            var atOnce = HasNft && await next.IsNftAsync(stop).ConfigureAwait(false);
            var written = await next.ApplyAsync(desired, hooked: false, stop).ConfigureAwait(false);
            if (atOnce)
            {
                await nftTool.LoadAsync(new Handover(nftTool, desired).ToIptables(Hooked()), stop).ConfigureAwait(false);
                DeleteTable(NftablesBackend.Table);
                next.Inspect();
            }
            else
            {
                await next.CloseAsync(desired.Settings, stop).ConfigureAwait(false);
                DeleteTable(NftablesBackend.Table);
            }

            written = written.Then(await next.ApplyAsync(desired, stop).ConfigureAwait(false));
            TakeOver(next);
            DeleteTable(GuardTable);
            return written with { Replaced = SkeletonCondition.Missing };
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    private async Task<RuleChanges> ToNftablesAsync(RuleState desired, CancellationToken stop)
    {
        var before = (IptablesBackend)current;
        var atOnce = await before.IsNftAsync(stop).ConfigureAwait(false);
        if (!atOnce)
        {
            await before.CloseAsync(desired.Settings, stop).ConfigureAwait(false);
        }

        var tool = new Handover(nftTool, desired) { Ends = atOnce };
        var next = makeNftables(tool);
        try
        {
            next.Inspect();
            var written = await next.ApplyAsync(desired, stop).ConfigureAwait(false);
            tool.Ends = false;
            await before.RemoveAsync(stop).ConfigureAwait(false);
            TakeOver(next);
            DeleteTable(GuardTable);
            return written;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>What another agent or an interrupted change left of the other engine.</summary>
    private async Task LeaveOthersBehindAsync(CancellationToken stop)
    {
        if (alone)
        {
            return;
        }

        if (current is NftablesBackend)
        {
            using var iptables = makeIptables();
            await iptables.RemoveAsync(stop).ConfigureAwait(false);
        }
        else
        {
            DeleteTable(NftablesBackend.Table);
        }

        DeleteTable(GuardTable);
        alone = true;
    }

    private void DeleteTable(TableName table)
    {
        if (tables.Tables().Any(found => found.Name == table))
        {
            tables.Commit(new NfTablesBatch().DeleteTable(table));
        }
    }

    private void TakeOver(IRuleBackend next)
    {
        log.BackendChanged(current.Name, next.Name);
        current.Dispose();
        (current, alone) = (next, true);
    }
}
