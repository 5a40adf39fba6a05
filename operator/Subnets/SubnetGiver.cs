using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Operator.Cluster;

namespace Overlay.Operator.Subnets;

/// <summary>Writes Subnets for nodes that need them. A block's name is the lock on it: whoever creates the object first has given it out.</summary>
internal sealed partial class SubnetGiver(ClusterView cluster, EventRecorder events, Action mayAct, ILogger logger)
{
    /// <summary>Gives each need the lowest free block, until all have one or somebody else turns out to give blocks out as well.</summary>
    /// <param name="needs">Who needs a block.</param>
    /// <param name="allocator">What is free, by a list read just now.</param>
    /// <param name="former">The block that a node had when its object vanished, if it can have it again.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task<GivenSubnets> GiveAsync(ImmutableArray<SubnetNeed> needs, SubnetAllocator allocator, Func<SubnetNeed, IPNetwork?> former, CancellationToken cancel)
    {
        var waiting = ImmutableArray.CreateBuilder<string>();
        foreach (var need in needs)
        {
            if ((former(need) ?? allocator.Take(need.Family)) is not { } block)
            {
                var family = need.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
                waiting.Add($"{need.Node.Metadata.Name} ({family})");
                events.Warning(
                    ObjectReference.To(need.Node), "NoSubnet", $"The {family} pools have no free subnet for this node: add a pool to OverlayNetwork {OverlayNetwork.DefaultName}.");
            }
            else if (!await CreateAsync(need, block, cancel))
            {
                return new GivenSubnets([], block);
            }
        }

        return new GivenSubnets(waiting.ToImmutable(), null);
    }

    /// <returns>False: another node has it.</returns>
    private async Task<bool> CreateAsync(SubnetNeed need, IPNetwork block, CancellationToken cancel)
    {
        try
        {
            mayAct();
            await cluster.Subnets.Client.CreateAsync(SubnetFacts.Make(need.Node, block), cancel);
            Given(logger, block.ToString(), need.Node.Metadata.Name);
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Perhaps to this very node.
            var other = await cluster.Subnets.Client.FindAsync(new ObjectKey(null, SubnetName.Of(block)), cancel);
            return other is not null && !SubnetPlan.IsReleased(other) && string.Equals(other.Spec.NodeUid, need.Node.Metadata.Uid, StringComparison.Ordinal);
        }
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "Subnet {Block} is given to node {Node}")]
    private static partial void Given(ILogger logger, string block, string node);
}
