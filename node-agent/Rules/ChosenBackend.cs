using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Netlink;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Rules;

/// <summary>The rule engine that the network's settings ask for; when they come to ask for another, it takes over from the one before.</summary>
/// <remarks>
/// The two lay marks out differently, so that both can not work on one packet. Where iptables writes nf_tables rules, one transaction takes the one
/// out and puts the other in. With iptables of the old kind no step can do that: pods' packets are dropped for the moment in between, never let through.
/// </remarks>
internal sealed class ChosenBackend : IRuleBackend
{
    private readonly Func<INftTool, NftablesBackend> makeNftables;
    private readonly Func<IptablesBackend> makeIptables;
    private readonly ITools tools;
    private readonly NftTool nftTool;
    private readonly string nft;
    private readonly ILogger log;
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
        (this.tools, this.nft, this.log) = (tools, nft, log);
        nftTool = new NftTool(nft, prefix);
        makeNftables = tool => new NftablesBackend(tool, inside);
        makeIptables = () => new IptablesBackend(tools, variant, inside);
        var nftables = makeNftables(nftTool);
        var iptables = makeIptables();
        if (iptables.MayBeThere() && nftables.Inspect().Skeleton == SkeletonCondition.Missing && iptables.Inspect().Skeleton != SkeletonCondition.Missing)
        {
            (current, alone) = (iptables, true);
            nftables.Dispose();
        }
        else
        {
            (current, alone) = (nftables, !iptables.MayBeThere());
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
    public bool IsNarrow => current.IsNarrow;

    /// <inheritdoc />
    public RuleInspection Inspect() => current.Inspect();

    /// <inheritdoc />
    public async Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var iptables = desired.Settings.Backend == RuleBackend.Iptables || (desired.Settings.Backend == RuleBackend.Auto && !await HasNftAsync(stop).ConfigureAwait(false));
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
    public Task WaitForOthersAsync(CancellationToken stop) => current.WaitForOthersAsync(stop);

    /// <inheritdoc />
    public IReadOnlyList<RuleCounter> ReadCounters() => current.ReadCounters();

    /// <inheritdoc />
    public void Dispose() => current.Dispose();

    private async Task<bool> HasNftAsync(CancellationToken stop) =>
        current is NftablesBackend || await tools.RunAsync(nft, ["--version"], stop).ConfigureAwait(false) is { ExitCode: 0 };

    private async Task<RuleChanges> ToIptablesAsync(RuleState desired, CancellationToken stop)
    {
        var next = makeIptables();
        try
        {
            if (await next.IsNftAsync(stop).ConfigureAwait(false))
            {
                await next.ApplyAsync(desired, hooked: false, stop).ConfigureAwait(false);
                await nftTool.LoadAsync(Handover.ToIptables, stop).ConfigureAwait(false);
                next.Inspect();
            }
            else
            {
                await next.CloseAsync(desired.Settings, stop).ConfigureAwait(false);
                await nftTool.LoadAsync(Handover.NoNftables, stop).ConfigureAwait(false);
            }

            var written = await next.ApplyAsync(desired, stop).ConfigureAwait(false);
            TakeOver(next);
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

        var tool = new Handover(nftTool) { Ends = atOnce };
        var next = makeNftables(tool);
        try
        {
            next.Inspect();
            var written = await next.ApplyAsync(desired, stop).ConfigureAwait(false);
            tool.Ends = false;
            await before.RemoveAsync(stop).ConfigureAwait(false);
            TakeOver(next);
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

        using var iptables = makeIptables();
        await iptables.RemoveAsync(stop).ConfigureAwait(false);
        alone = true;
    }

    private void TakeOver(IRuleBackend next)
    {
        log.BackendChanged(current.Name, next.Name);
        current.Dispose();
        (current, alone) = (next, true);
    }
}
