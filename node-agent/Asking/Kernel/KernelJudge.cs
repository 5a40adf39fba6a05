using System.Net;
using System.Text.Json;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Rules.Nftables.Walk;
using Overlay.NodeAgent.Vtep;
using Overlay.Policy;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Asks this node's kernel, by its rules and sets as they are, what it would do with a connection's first packet.</summary>
/// <param name="host">The node's links.</param>
/// <param name="nft">The nft program, which lists the rules.</param>
/// <param name="tools">Starts it.</param>
/// <param name="inside">The node's namespace; null: this process' own.</param>
internal sealed class KernelJudge(RouteSocket host, string nft, ITools tools, NetworkNamespace? inside = null)
{
    /// <summary>A device that is none of ours.</summary>
    private const string Elsewhere = "underlay";

    /// <summary>Judges.</summary>
    /// <param name="source">Who sends.</param>
    /// <param name="destination">To whom.</param>
    /// <param name="protocol">By which protocol.</param>
    /// <param name="port">The destination's port; of ICMP type and code.</param>
    /// <param name="tag">The tag that a packet of another node carries; 0: it comes from outside.</param>
    /// <param name="isolated">Whether it says that its sender's egress is isolated.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="AskException">The rules can not be listed, or not understood.</exception>
    public async Task<(TriedPacket Packet, WalkResult Result)> JudgeAsync(
        IPAddress source, IPAddress destination, IpProtocol protocol, ushort port, Tag tag, bool isolated, CancellationToken stop)
    {
        using var socket = NfTablesSocket.Open(inside);
        var (from, to) = (KernelSender.Find(socket, source), KernelSender.Find(socket, destination));
        if (from is null && to is null)
            throw new AskException($"neither {source} nor {destination} is a pod of this node");
        const ushort someSourcePort = 40000;
        var packet = new TriedPacket
        {
            From = from?.Veth ?? (tag.Value == 0 ? Elsewhere : VtepDevice.Name),
            To = to?.Veth ?? Elsewhere,
            FromGroup = GroupOf(from),
            ToGroup = GroupOf(to),
            Mark = from?.Mark ?? (tag.Value == 0 ? 0 : NodeMark.Of(tag, isolated)),
            Protocol = protocol.Number(),
            SourcePort = protocol.IsIcmp() ? port : someSourcePort,
            DestinationPort = protocol.IsIcmp() ? someSourcePort : port,
            Source = source,
            Destination = destination,
        };
        try
        {
            return (packet, new RulesWalk(await ListAsync(stop), new KernelSets(socket), packet).From("forward"));
        }
        catch (WalkException error)
        {
            throw new AskException($"the rules of this node can not be followed: {error.Message} is not understood", error);
        }
    }

    private uint GroupOf(KernelSender? pod) =>
        pod is null ? 0 : host.GetLink(pod.Veth)?.Group ?? throw new AskException($"the kernel lets {pod.Veth} send, but there is no such device");

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
