using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary>All of a node's rules as the kernel's own tools list them, for a bug report.</summary>
/// <param name="nft">The nft program.</param>
/// <param name="tools">Starts programs.</param>
internal sealed class RuleListing(string nft, ITools tools)
{
    /// <summary>Lists them; a tool that is missing or fails is told in its place.</summary>
    /// <param name="nftables">Whether the rules are nftables; else they are iptables of both families and ipsets.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<string> TextAsync(bool nftables, CancellationToken stop)
    {
        string[][] lines = nftables
            ? [[nft, "list", "table", NftablesBackend.Table.Family.ToString().ToLowerInvariant(), NftablesBackend.Table.Name]]
            : [["iptables-save", "-c"], ["ip6tables-save", "-c"], ["ipset", "save"]];
        return string.Concat(await Task.WhenAll(lines.Select(line => ListAsync(line, stop))));
    }

    private async Task<string> ListAsync(string[] line, CancellationToken stop) =>
        await tools.RunAsync(line[0], line[1..], stop) is { } listed ? listed.Output + listed.Errors : $"there is no {line[0]}\n";
}
