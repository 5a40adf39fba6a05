using System.Net;
using System.Text.Json;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Rules.Nftables.Walk;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Asks the kernel of a node whose rules are nftables.</summary>
/// <param name="host">The node's links.</param>
/// <param name="nft">The nft program, which lists the rules.</param>
/// <param name="tools">Starts it.</param>
/// <param name="inside">The node's namespace; null: this process' own.</param>
internal sealed class NftablesKernel(RouteSocket host, string nft, ITools tools, NetworkNamespace? inside = null) : IKernel
{
    /// <inheritdoc />
    public Task<KernelSender?> FindAsync(IPAddress address, CancellationToken stop)
    {
        using var socket = NfTablesSocket.Open(inside);
        return Task.FromResult(NftablesSenders.Find(socket, address));
    }

    /// <inheritdoc />
    public async Task<KernelVerdict> JudgeAsync(AskedConnection asked, CancellationToken stop)
    {
        using var socket = NfTablesSocket.Open(inside);
        var (from, to) = (NftablesSenders.Find(socket, asked.Source), NftablesSenders.Find(socket, asked.Destination));
        var packet = asked.FirstPacket(from, to, from?.Mark ?? (asked.Tag.Value == 0 ? 0 : NodeMark.Of(asked.Tag, asked.Isolated)), host);
        try
        {
            return new KernelVerdict(packet, (from?.Tag ?? asked.Tag).Value, new RulesWalk(await ListAsync(stop), new KernelSets(socket), packet).From("forward"));
        }
        catch (WalkException error)
        {
            throw new AskException($"the rules of this node can not be followed: {error.Message} is not understood", error);
        }
    }

    private async Task<ListedTable> ListAsync(CancellationToken stop)
    {
        var (family, name) = (NftablesBackend.Table.Family.ToString().ToLowerInvariant(), NftablesBackend.Table.Name);
        var listed = await tools.RunAsync(nft, ["-j", "-t", "list", "table", family, name], stop) ?? throw new AskException($"there is no {nft} to list the rules with");
        if (listed.ExitCode != 0)
            throw new AskException($"{nft} could not list the rules: {listed.Errors.Trim()}");
        try
        {
            return ListedTable.Parse(listed.Output);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AskException($"what {nft} lists is not understood: {error.Message}", error);
        }
    }
}
