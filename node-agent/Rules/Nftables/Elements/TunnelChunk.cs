using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Nodes that VXLAN is taken from at one of our addresses: of thousands those whose addresses differ in the last byte only, so that one more costs a look at few. Compared by content.</summary>
/// <param name="Own">Our address.</param>
/// <param name="Block">What the nodes' addresses begin with.</param>
/// <param name="Nodes">The nodes' addresses.</param>
internal sealed record TunnelChunk(IPAddress Own, IPAddress Block, ImmutableArray<IPAddress> Nodes)
{
    /// <summary>The chunks of a state.</summary>
    internal static IEnumerable<TunnelChunk> Of(RuleState state) =>
        from own in state.OwnUnderlay
        from chunk in state.Underlay.Except(state.OwnUnderlay).Where(node => node.AddressFamily == own.AddressFamily).GroupBy(BlockOf)
        select new TunnelChunk(own, chunk.Key, [.. chunk]);

    /// <summary>Its elements.</summary>
    internal static ImmutableArray<PlacedElement> ElementsOf(TunnelChunk chunk)
    {
        var set = chunk.Own.AddressFamily == AddressFamily.InterNetwork ? ElementSet.Tunnels4 : ElementSet.Tunnels6;
        return [.. chunk.Nodes.Select(node => new PlacedElement(set, new SetElement(new KeyBuilder().Address(node).Address(chunk.Own).Build())))];
    }

    /// <inheritdoc />
    public bool Equals(TunnelChunk? other) => other is not null && Own.Equals(other.Own) && Block.Equals(other.Block) && Nodes.AsSpan().SequenceEqual(other.Nodes.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Own, Block, Nodes.Length);

    private static IPAddress BlockOf(IPAddress node)
    {
        var bytes = node.GetAddressBytes();
        bytes[^1] = 0;
        return new IPAddress(bytes);
    }
}
