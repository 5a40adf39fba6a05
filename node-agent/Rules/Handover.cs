using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// Loads nftables' table and, in the same transaction, empties the chains by which packets come to iptables' rules: no packet meets both or none.
/// </summary>
/// <remarks>
/// A packet that is between two hooks at that very moment was marked by the one engine and would be judged, or sent, by the other, whose layout of marks
/// differs: a false tag. A guard table, there from that transaction on and for the moment after it, drops what has the other layout's shape: a mark of
/// <see cref="Api.Wire.NodeMark"/> has bits 0 to 7 and 12 zero, and one of <see cref="Api.Wire.NarrowMark"/> has not, but for fifteen tags.
/// </remarks>
/// <param name="tool">Loads texts.</param>
/// <param name="settings">The devices' names.</param>
internal sealed class Handover(INftTool tool, RuleSettings settings) : INftTool
{
    /// <summary>The guard's table; it is there while an engine takes over.</summary>
    internal const string Guard = "overlay_change";

    /// <summary>Takes the guard out.</summary>
    internal const string NoGuard = $"table inet {Guard}\ndelete table inet {Guard}\n";

    private static readonly string NoNftables = ClearingText.Whole(NftablesBackend.Table);

    private static readonly string NoIptables = string.Concat(Families().Select(hook => $"flush chain {hook.Family} {hook.Hook.Table} {hook.Hook.Target}\n"));

    /// <summary>Whether loading ends iptables' rules.</summary>
    internal bool Ends { get; set; }

    /// <inheritdoc />
    public Task LoadAsync(string text, CancellationToken stop) => tool.LoadAsync(Ends ? text + NoIptables + GuardOfNftables : text, stop);

    /// <summary>Takes nftables' rules out and puts in the jumps to iptables' chains, which are complete by then.</summary>
    internal string ToIptables =>
        NoNftables
        + string.Concat(
            Families().Select(hook => $"add table {hook.Family} {hook.Hook.Table}\nadd chain {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} {hook.Hook.NftChain}\n")
        )
        + string.Concat(Families().Select(hook => $"{(hook.Hook.IsFirst ? "insert" : "add")} rule {hook.Family} {hook.Hook.Table} {hook.Hook.Chain} counter jump {hook.Hook.Target}\n"))
        + GuardOfIptables;

    private string GuardOfIptables =>
        Table(
            $"iifname \"{settings.Vtep}\" meta mark & 0x000010ff == 0x0 meta mark != 0x0 drop",
            $"oifname \"{settings.Vtep}\" iifname \"{settings.PodPrefix}*\" meta mark & 0x000010ff == 0x0 drop"
        );

    private string GuardOfNftables =>
        Table(
            $"iifname \"{settings.Vtep}\" meta mark & 0x000000ff != 0x0 drop\niifname \"{settings.PodPrefix}*\" meta mark & 0xffff0000 == 0x0 drop",
            $"oifname \"{settings.Vtep}\" iifname \"{settings.PodPrefix}*\" meta mark & 0x000000ff != 0x0 drop"
        );

    private static string Table(string forward, string postrouting) =>
        $$"""
        {{NoGuard}}table inet {{Guard}} {
        chain forward {
        type filter hook forward priority -151; policy accept;
        {{forward}}
        }
        chain postrouting {
        type filter hook postrouting priority -151; policy accept;
        {{postrouting}}
        }
        }

        """;

    private static IEnumerable<(string Family, Hook Hook)> Families() => from family in (string[])["ip", "ip6"] from hook in Hook.All select (family, hook);
}
