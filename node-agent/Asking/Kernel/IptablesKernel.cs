using System.Net;
using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.Netlink.IpSets;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Iptables.Walk;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Asks the kernel of a node whose rules are iptables, of either kind.</summary>
/// <param name="host">The node's links.</param>
/// <param name="programs">Print the rules.</param>
/// <param name="inside">The node's namespace; null: this process' own.</param>
internal sealed class IptablesKernel(RouteSocket host, IptablesPrograms programs, NetworkNamespace? inside = null) : IKernel
{
    /// <summary>The tables that a packet meets chains of ours in; those of nat decide nothing.</summary>
    private static readonly string[] Tables = ["raw", "mangle", "filter"];

    /// <inheritdoc />
    public async Task<KernelSender?> FindAsync(IPAddress address, CancellationToken stop)
    {
        using var socket = IpSetSocket.Open(inside);
        return Find(socket, address) is { } found ? found with { Rule = MarkingRule(await SaveAsync(address.AddressFamily, ["mangle"], stop), address.AddressFamily) } : null;
    }

    /// <inheritdoc />
    public async Task<KernelVerdict> JudgeAsync(AskedConnection asked, CancellationToken stop)
    {
        using var socket = IpSetSocket.Open(inside);
        var (from, to) = (Find(socket, asked.Source), Find(socket, asked.Destination));

        // Here the rules themselves find out whose packet a pod of this node sends; what comes out of the VTEP has tag and flag where the wire has them.
        var mark = from is not null || asked.Tag.Value == 0 ? 0 : asked.Tag.Value | (asked.Isolated ? GbpMark.EgressIsolated : 0);
        var packet = asked.FirstPacket(from, to, mark, host);
        var rules = await SaveAsync(asked.Source.AddressFamily, Tables, stop);
        try
        {
            return new KernelVerdict(packet, (from?.Tag ?? asked.Tag).Value, new IptablesWalk(rules, new KernelMembers(socket), packet).Walk());
        }
        catch (WalkException error)
        {
            throw new AskException($"the rules of this node can not be followed: {error.Message} is not understood", error);
        }
    }

    private static KernelSender? Find(IpSetSocket socket, IPAddress address)
    {
        var set = SetBook.NameOf("pods", address.AddressFamily);
        try
        {
            var found = socket.Elements(set).FirstOrDefault(element => element.Identity.Addresses.Equals(IpSetElement.Of(address).Addresses));
            return found is { Device: { } veth, Mark: { } both } && (uint)(both >> 32) is var mark
                ? new KernelSender(veth, mark, NarrowMark.TagOf(mark), (mark & NarrowMark.EgressIsolated) != 0, SetKey.Text(set, found))
                : null;
        }
        catch (NetlinkException error)
        {
            throw new AskException($"the kernel's set of senders can not be read: {error.Message}", error);
        }
    }

    private static string MarkingRule(SavedRules rules, AddressFamily family)
    {
        var (chain, set) = ($"{Hook.Prefix}{StaticChains.FromPod}", SetBook.NameOf("pods", family));
        var found = rules.Of("mangle", chain).FirstOrDefault(rule => rule.Target == "SET" && rule.TargetOptions.Any(option => option.Name == "--map-set" && option.Value == set));
        return found is null ? $"NO rule of mangle {chain} marks packets by {set}" : $"{found.Place}: {found.Text}, {found.Packets} packets, {found.Bytes} bytes";
    }

    private async Task<SavedRules> SaveAsync(AddressFamily family, IEnumerable<string> tables, CancellationToken stop)
    {
        try
        {
            return SavedRules.Parse(await Task.WhenAll(tables.Select(table => programs.SaveAsync(family, table, counters: true, stop))));
        }
        catch (RulesException error)
        {
            throw new AskException($"the rules of this node can not be listed: {error.Message}", error);
        }
    }
}
