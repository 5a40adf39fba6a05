using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Queueing;
using Overlay.Kube.Reconciling;
using Overlay.Operator.Agents;
using Overlay.Operator.Cluster;
using Overlay.Operator.Network;

namespace Overlay.Operator.Subnets;

/// <summary>Gives every node its subnets and takes them back: one pass over all nodes and subnets, whatever woke it.</summary>
internal sealed partial class SubnetController(
    ClusterView cluster, FormerSubnets former, Findings findings, EventRecorder events, TimeSpan rest, Action mayAct, TimeProvider time, ILogger logger) : IDisposable
{
    private const string Everything = "all";

    /// <summary>
    /// When to look whether the cache has heard of what was given. A Subnet that is made and gone while the watch is broken, as when somebody deletes its
    /// definition at that moment, is never heard of, and its node would wait for ever.
    /// </summary>
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(5);

    private readonly WorkQueue<string> _queue = new();
    private readonly SubnetGiver _giver = new(cluster, events, mayAct, logger);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var networks = cluster.Networks.Cache.Subscribe(_ => _queue.Add(Everything));
        using var nodes = cluster.Nodes.Cache.Subscribe(_ => _queue.Add(Everything));
        using var subnets = cluster.Subnets.Cache.Subscribe(_ => _queue.Add(Everything));
        await new ReconcileLoop<string>("subnets", _queue, (_, stop) => PassAsync(stop), logger).RunAsync(1, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private async Task<Requeue> PassAsync(CancellationToken cancel)
    {
        if (cluster.Network is not { } network)
        {
            return Requeue.Done;
        }

        var pools = PoolReview.Of(network.Spec.Pools.OrEmpty()).Usable;
        var subnets = Readable(cluster.Subnets.Cache.Snapshot());
        var plan = Plan(pools, subnets);
        if (!plan.Needs.IsEmpty)
        {
            // Giving out a block twice is impossible, its name is the lock; giving a node two blocks is only unlikely when the
            // list is fresh. A cache may be behind, and so may an operator that was stopped for a while.
            subnets = await FreshAsync(cancel);
            plan = Plan(pools, subnets);
        }

        await TakeBackAsync(plan, cancel);
        foreach (var subnet in plan.Revivals)
        {
            await WriteAsync(subnet, s => cluster.Subnets.Client.UpdateStatusAsync(s with { Status = new SubnetStatus() }, cancel));
        }

        foreach (var subnet in plan.Updates)
        {
            await WriteAsync(subnet, s => cluster.Subnets.Client.UpdateAsync(s, cancel));
        }

        var waiting = await GiveAsync(plan, pools, subnets, cancel);
        Report(pools, waiting);
        return plan.Needs.Length > waiting.Length ? Requeue.After(Heard) : Again(waiting.Length > 0);
    }

    private SubnetPlan Plan(ImmutableArray<Pool> pools, Subnet[] subnets)
    {
        var now = time.GetUtcNow();
        var leases = cluster.Leases.Cache.Snapshot();
        var nodes = cluster.Nodes.Cache.Snapshot();
        var agents = new AgentReports(subnets.Where(s => !SubnetPlan.IsReleased(s)).Select(s => s.Spec.NodeName), leases);
        return SubnetPlan.Of([.. pools.Select(p => p.Family).Distinct()], nodes, subnets, s => SubnetRest.IsOver(s, nodes, leases, agents, cluster.Heartbeats.IsAlive, rest, now));
    }

    /// <summary>What the server has now, and what it has no more without the cache having heard so: until it has, nobody knows whether that vanished or rested.</summary>
    private async Task<Subnet[]> FreshAsync(CancellationToken cancel) =>
        [.. Readable(await ListAsync(cancel)).UnionBy(Readable(cluster.Subnets.Cache.Snapshot()), s => s.Metadata.Key)];

    private async Task<Subnet[]> ListAsync(CancellationToken cancel)
    {
        var all = new List<Subnet>();
        await foreach (var subnet in cluster.Subnets.Client.ListAllAsync(EntitySelection.All, cancel))
        {
            all.Add(subnet);
        }

        return [.. all];
    }

    // A Subnet made by hand may hold anything the schema lets through.
    private static Subnet[] Readable(Subnet[] subnets) => [.. subnets.Where(s => IPNetwork.TryParse(s.Spec.Cidr, out _))];

    private async Task TakeBackAsync(SubnetPlan plan, CancellationToken cancel)
    {
        foreach (var subnet in plan.Releases)
        {
            if (await IsGoneAsync(subnet, cancel))
            {
                var released = new SubnetStatus { Phase = AllocationPhase.Released, ReleasedAt = time.GetUtcNow() };
                if (await WriteAsync(subnet, s => cluster.Subnets.Client.UpdateStatusAsync(s with { Status = released }, cancel)))
                {
                    Released(logger, subnet.Metadata.Name, subnet.Spec.NodeName);
                }
            }
        }

        foreach (var subnet in plan.Deletions)
        {
            if (await WriteAsync(subnet, s => cluster.Subnets.Client.DeleteAsync(s.Metadata.Key, DeleteOptions.Exactly(s.Metadata), cancel)))
            {
                Freed(logger, subnet.Metadata.Name);
            }
        }
    }

    /// <summary>Asks the server itself before a node loses its subnet: a cache that is behind must cut nobody off.</summary>
    private async Task<bool> IsGoneAsync(Subnet subnet, CancellationToken cancel)
    {
        var node = await cluster.Nodes.Client.FindAsync(new ObjectKey(null, subnet.Spec.NodeName), cancel);
        if (node is null || !string.Equals(node.Metadata.Uid, subnet.Spec.NodeUid, StringComparison.Ordinal))
        {
            return true;
        }

        // The node is there: then it goes only if an older one of the same family serves the node, by a fresh list.
        var family = SubnetPlan.BlockOf(subnet).BaseAddress.AddressFamily;
        return Readable(await ListAsync(cancel)).Any(s =>
            string.Equals(s.Spec.NodeUid, subnet.Spec.NodeUid, StringComparison.Ordinal)
            && !SubnetPlan.IsReleased(s)
            && SubnetPlan.BlockOf(s).BaseAddress.AddressFamily == family
            && SubnetOrder.Seniority.Compare(s, subnet) < 0);
    }

    /// <summary>
    /// Every block is chosen lowest first, by a list of just now; when a block turns out to be taken, another operator is at it, and its next block may be for
    /// the next node on our list. Going on by the old list would give that node a second one, which then rests for long and may be the pool's last.
    /// </summary>
    private async Task<ImmutableArray<string>> GiveAsync(SubnetPlan plan, ImmutableArray<Pool> pools, Subnet[] subnets, CancellationToken cancel)
    {
        var lost = new List<IPNetwork>();
        while (true)
        {
            IPNetwork[] taken = [.. subnets.Select(SubnetPlan.BlockOf), .. lost];
            var allocator = new SubnetAllocator(pools, [.. taken, .. former.Resting]);
            var given = await _giver.GiveAsync(plan.Needs, allocator, Former, cancel);
            if (given.Lost is not { } block)
            {
                return given.Waiting;
            }

            lost.Add(block);
            subnets = await FreshAsync(cancel);
            plan = Plan(pools, subnets);

            IPNetwork? Former(SubnetNeed need) =>
                former.Of(need.Node, need.Family) is { } had && allocator.Covers(had) && !taken.Any(other => other.Contains(had.BaseAddress) || had.Contains(other.BaseAddress)) ? had : null;
        }
    }

    /// <summary>Writes an object as it was read; false: it has changed since, and the change brings the pass back.</summary>
    private async Task<bool> WriteAsync(Subnet subnet, Func<Subnet, Task> write)
    {
        try
        {
            mayAct();
            await write(subnet);
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            _queue.AddAfter(Everything, TimeSpan.FromMilliseconds(200));
            return false;
        }
    }

    private void Report(ImmutableArray<Pool> pools, ImmutableArray<string> waiting)
    {
        var subnets = Readable(cluster.Subnets.Cache.Snapshot());
        var allocator = new SubnetAllocator(pools, subnets.Select(SubnetPlan.BlockOf));
        findings.Subnets = new SubnetFindings
        {
            Usage = [.. allocator.Usage.Select(u => new PoolUsage(u.Pool.Network.ToString(), u.Pool.Blocks, u.Pool.Blocks - u.Free))],
            Waiting = waiting,
            OutsidePools =
            [
                .. subnets.Where(s => !SubnetPlan.IsReleased(s) && !allocator.Covers(SubnetPlan.BlockOf(s)))
                    .Select(s => s.Metadata.Name).Order(StringComparer.Ordinal),
            ],
        };
    }

    private Requeue Again(bool waiting)
    {
        var resting = cluster.Subnets.Cache.Snapshot().Any(SubnetPlan.IsReleased);
        return waiting || resting ? Requeue.After(Shortest(rest / 4, TimeSpan.FromSeconds(30))) : Requeue.Done;
    }

    private static TimeSpan Shortest(TimeSpan left, TimeSpan right) => left < right ? left : right;

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Subnet {Name} is released: node {Node} is gone, or has another")]
    private static partial void Released(ILogger logger, string name, string node);

    [LoggerMessage(EventId = 303, Level = LogLevel.Information, Message = "Subnet {Name} has rested and is free")]
    private static partial void Freed(ILogger logger, string name);
}
