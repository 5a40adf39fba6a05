using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// Loads nftables' table and, in the same transaction, empties the chains by which packets come to iptables' rules: no packet meets both or none.
/// </summary>
/// <remarks>
/// A packet that is between two hooks at that very moment was marked by the one engine and is judged, or sent, by the other, whose layout of marks
/// differs: <see cref="ChangeGuard"/> translates.
/// </remarks>
/// <param name="tool">Loads texts.</param>
/// <param name="desired">What the rules shall say.</param>
internal sealed class Handover(INftTool tool, RuleState desired) : INftTool
{
    private static readonly string NoIptables = string.Concat(Families().Select(hook => $"flush chain {hook.Family} {hook.Hook.Table} {hook.Hook.Target}\n"));

    /// <summary>Whether loading ends iptables' rules.</summary>
    internal bool Ends { get; set; }

    /// <inheritdoc />
    public Task LoadAsync(string text, CancellationToken stop) => tool.LoadAsync(Ends ? text + NoIptables + new ChangeGuard(desired).ToNftables : text, stop);

    /// <summary>Takes nftables' rules out and puts in the jumps to iptables' chains, which are complete by then.</summary>
    /// <param name="hooked">nftables' hooked chains.</param>
    /// <remarks>
    /// The table goes afterwards, its hooked chains are emptied: the chains of a table that is deleted are walked once more until they are unhooked, a millisecond with
    /// all elements of maps gone already (kernel: nf_tables_commit_chain_prepare passes over chains that go, nft_map_deactivate), and every pod's packets would be
    /// spoofed ones.
    /// </remarks>
    internal string ToIptables(IEnumerable<string> hooked) =>
        string.Concat(hooked.Select(chain => $"flush chain {NftablesBackend.Table} {chain}\n"))
        + string.Concat(
            Families().Select(hook => $"add table {hook.Family} {hook.Hook.Table}\nadd chain {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} {hook.Hook.NftChain}\n")
        )
        + string.Concat(Families().Select(hook => $"{(hook.Hook.IsFirst ? "insert" : "add")} rule {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} counter jump {hook.Hook.Target}\n"))
        + new ChangeGuard(desired).ToIptables;

    private static IEnumerable<(string Family, Hook Hook)> Families() => from family in (string[])["ip", "ip6"] from hook in Hook.All select (family, hook);
}
