using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.NfTables;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// The elements that stem from one part of a rule state, so that a change costs what changed and not what there is: a slot whose source is
/// equal to what it was keeps its elements unlooked at. No element is in two slots.
/// </summary>
/// <param name="Source">The part of the state: a workload, a sender, ...</param>
/// <param name="Elements">Its elements.</param>
internal sealed record ElementSlot(object Source, ImmutableArray<PlacedElement> Elements)
{
    /// <summary>The slots of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="previous">The slots of the state before; those whose source is equal are taken over as they are.</param>
    internal static Dictionary<string, ElementSlot> Of(RuleState state, IReadOnlyDictionary<string, ElementSlot> previous)
    {
        var slots = new Dictionary<string, ElementSlot>(StringComparer.Ordinal);
        foreach (var workload in state.Workloads)
        {
            Take(slots, previous, $"workload {workload.Group}", workload, WorkloadElements.Of);
        }

        foreach (var sender in state.Senders)
        {
            Take(slots, previous, $"sender {sender.Veth} {sender.Address}", sender, SenderOf);
            Take(slots, previous, $"itself {sender.Veth}", sender.Veth, ItselfOf);
        }

        foreach (var port in state.HostPorts)
        {
            Take(slots, previous, $"host port {port.Protocol} {port.Address} {port.Port}", port, HostPortOf);
        }

        TakeTunnels(slots, previous, state);

        foreach (var chunk in TagChunk.Of(ElementSet.Restricted, state.RestrictedTags)
            .Concat(TagChunk.Of(ElementSet.Acquainted, state.AcquaintedTags))
            .Concat(TagChunk.Of(ElementSet.Known, state.KnownTags))
            .Concat(TagChunk.Of(ElementSet.WatchedSenders, state.WatchedSenders)))
        {
            Take(slots, previous, $"{chunk.Set.Name} {chunk.Number}", chunk, TagChunk.ElementsOf);
        }

        return slots;
    }

    private static void Take<T>(
        Dictionary<string, ElementSlot> slots,
        IReadOnlyDictionary<string, ElementSlot> previous,
        string name,
        T source,
        Func<T, ImmutableArray<PlacedElement>> make
    )
        where T : notnull
    {
        if (!slots.ContainsKey(name))
        {
            slots[name] = previous.TryGetValue(name, out var before) && before.Source.Equals(source) ? before : new ElementSlot(source, make(source));
        }
    }

    private static ImmutableArray<PlacedElement> SenderOf(SenderRule sender)
    {
        var set = sender.Address.AddressFamily == AddressFamily.InterNetwork ? ElementSet.Senders4 : ElementSet.Senders6;
        var key = new KeyBuilder().InterfaceName(sender.Veth).Ethernet(sender.Mac).Address(sender.Address).Build();
        return [new(set, new SetElement(key) { Value = new KeyBuilder().Mark(sender.Mark).Build(), Comment = Comment.Of(sender.Comment) })];
    }

    private static ImmutableArray<PlacedElement> HostPortOf(HostPortRule port)
    {
        var set = port.Address.AddressFamily == AddressFamily.InterNetwork ? ElementSet.HostPorts4 : ElementSet.HostPorts6;
        var key = new KeyBuilder().Address(port.Address).Protocol(port.Protocol.Number()).Port(port.Port).Build();
        var to = new KeyBuilder().Address(port.PodAddress).Port(port.PodPort).Build();
        return [new(set, new SetElement(key) { Value = to, Comment = Comment.Of(port.Comment) })];
    }

    private static ImmutableArray<PlacedElement> ItselfOf(string veth) =>
        [new(ElementSet.Itself, new SetElement(new KeyBuilder().InterfaceName(veth).InterfaceName(veth).Build()))];

    /// <summary>Changed nodes are rare and there are thousands: the same list is not looked through again.</summary>
    private static void TakeTunnels(Dictionary<string, ElementSlot> slots, IReadOnlyDictionary<string, ElementSlot> previous, RuleState state)
    {
        if (state.Underlay.IsEmpty || state.OwnUnderlay.IsEmpty)
        {
            return;
        }

        var lists = new NodeLists(state.Underlay, state.OwnUnderlay);
        var kept = previous.TryGetValue(NodeLists.Name, out var before) && before.Source.Equals(lists);
        slots[NodeLists.Name] = kept ? before! : new ElementSlot(lists, []);
        if (kept)
        {
            foreach (var (name, slot) in previous.Where(slot => slot.Value.Source is TunnelChunk))
            {
                slots[name] = slot;
            }

            return;
        }

        foreach (var chunk in TunnelChunk.Of(state))
        {
            Take(slots, previous, $"tunnels {chunk.Block} {chunk.Own}", chunk, TunnelChunk.ElementsOf);
        }
    }

    /// <summary>The lists that all tunnels were last made from; the same only when both are the same objects.</summary>
    private sealed record NodeLists(ImmutableArray<IPAddress> Underlay, ImmutableArray<IPAddress> OwnUnderlay)
    {
        public const string Name = "nodes";
    }
}
