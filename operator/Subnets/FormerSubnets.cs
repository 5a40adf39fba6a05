using System.Net;
using System.Net.Sockets;
using Overlay.Api.Subnets;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Operator.Numbers;

namespace Overlay.Operator.Subnets;

/// <summary>Which nodes had the blocks whose objects vanished. Their pods have these addresses still.</summary>
internal sealed class FormerSubnets
{
    private readonly FormerHolders<IPNetwork, string> _former;
    private readonly TimeSpan _rest;
    private readonly TimeProvider _time;

    /// <summary>Follows a cache from now on.</summary>
    /// <param name="subnets">The cache.</param>
    /// <param name="rest">How long released subnets rest, and these too.</param>
    /// <param name="time">The clock.</param>
    public FormerSubnets(IEntityCache<Subnet> subnets, TimeSpan rest, TimeProvider time)
    {
        (_former, _rest, _time) = (new(rest, time), rest, time);
        subnets.Subscribe(Note);
    }

    /// <summary>Blocks that are nobody's but their former nodes'.</summary>
    public IReadOnlyCollection<IPNetwork> Resting => _former.Resting;

    /// <summary>The block that a node had; null: none that is known.</summary>
    public IPNetwork? Of(Node node, AddressFamily family) =>
        _former.Find((block, uid) => block.BaseAddress.AddressFamily == family && string.Equals(uid, node.Metadata.Uid, StringComparison.Ordinal));

    private void Note(EntityChange<Subnet> change)
    {
        var subnet = change.Entity;
        if (!IPNetwork.TryParse(subnet.Spec.Cidr, out var block))
        {
            return;
        }

        if (change.New is null && !(subnet.Status is { Phase: AllocationPhase.Released, ReleasedAt: { } released } && _time.GetUtcNow() - released >= _rest))
        {
            _former.Keep(block, subnet.Spec.NodeUid);
        }
        else
        {
            _former.Forget(block);
        }
    }
}
