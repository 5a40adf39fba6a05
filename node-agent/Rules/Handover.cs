using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// Loads nftables' table and, in the same transaction, empties the chains by which packets come to iptables' rules: no packet meets both or none.
/// </summary>
/// <param name="tool">Loads texts.</param>
internal sealed class Handover(INftTool tool) : INftTool
{
    /// <summary>Takes nftables' rules out.</summary>
    internal const string NoNftables = "table inet overlay\ndelete table inet overlay\n";

    /// <summary>Takes nftables' rules out and puts in the jumps to iptables' chains, which are complete by then.</summary>
    internal static readonly string ToIptables =
        NoNftables
        + string.Concat(
            Families().Select(hook => $"add table {hook.Family} {hook.Hook.Table}\nadd chain {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} {hook.Hook.NftChain}\n")
        )
        + string.Concat(Families().Select(hook => $"insert rule {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} counter jump {hook.Hook.Target}\n"));

    private static readonly string NoIptables = string.Concat(Families().Select(hook => $"flush chain {hook.Family} {hook.Hook.Table} {hook.Hook.Target}\n"));

    /// <summary>Whether loading ends iptables' rules.</summary>
    internal bool Ends { get; set; }

    /// <inheritdoc />
    public Task LoadAsync(string text, CancellationToken stop) => tool.LoadAsync(Ends ? text + NoIptables : text, stop);

    private static IEnumerable<(string Family, Hook Hook)> Families() => from family in (string[])["ip", "ip6"] from hook in Hook.All select (family, hook);
}
