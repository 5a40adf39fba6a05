using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Operator.Hosting;

namespace Overlay.Operator.Uninstall;

/// <summary><c>overlay-operator uninstall finish</c>: waits until the cleaners are done, deletes what the operator and agents made, and tells what is left to decide.</summary>
/// <param name="connection">The API server.</param>
/// <param name="ns">The chart's namespace.</param>
/// <param name="say">Prints a line.</param>
internal sealed class FinishErrand(ClusterConnection connection, string ns, Action<string> say)
{
    private readonly EntityClient<Node> _nodes = new(connection, CoreJson.Default.Node);
    private readonly EntityClient<Lease> _leases = new(connection, CoreJson.Default.Lease);
    private readonly EntityClient<OurPod> _pods = new(connection, ErrandJson.Default.OurPod);
    private readonly EntityClient<OverlayPolicy> _policies = new(connection, OverlayJson.Default.OverlayPolicy, null, UnreadablePolicy.Overlay);

    /// <summary>Does it.</summary>
    /// <returns>Whether every node that can be cleaned is; if not, the objects stay for the next try.</returns>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var progress = await Patience.UntilAsync(LookAsync, p => p.IsDone, cancel);
        if (progress is null)
        {
            say("the API server did not say how far the cleaners are");
            return false;
        }

        foreach (var line in UninstallReport.OfNodes(progress))
        {
            say(line);
        }

        if (!progress.IsDone)
        {
            return false;
        }

        await DeleteAllAsync(new EntityClient<Subnet>(connection, OverlayJson.Default.Subnet), EntitySelection.All, cancel);
        await DeleteAllAsync(new EntityClient<WorkloadTag>(connection, OverlayJson.Default.WorkloadTag), EntitySelection.All, cancel);
        await DeleteAllAsync(new EntityClient<OverlayNetwork>(connection, OverlayJson.Default.OverlayNetwork), EntitySelection.All, cancel);
        await DeleteAllAsync(_leases, Agents, cancel);
        await DeleteAllAsync(_leases, new EntitySelection { Namespace = ns, FieldSelector = $"metadata.name={OperatorLease.Name}" }, cancel);
        foreach (var line in UninstallReport.OfWhatStays((await AllAsync(_policies, EntitySelection.All, cancel)).Count, ns))
        {
            say(line);
        }

        return true;
    }

    private EntitySelection Agents => new() { Namespace = ns, LabelSelector = $"{AgentLease.RoleLabel}={AgentLease.Role}" };

    private async Task<CleaningProgress> LookAsync(CancellationToken cancel)
    {
        var cleaners = new EntitySelection { Namespace = ns, LabelSelector = "app.kubernetes.io/name=overlay,app.kubernetes.io/component=cleaner" };
        var served = (await AllAsync(_leases, Agents, cancel)).Select(l => l.Metadata.Name[AgentLease.NamePrefix.Length..]);
        return CleaningProgress.Of(served, await AllAsync(_nodes, EntitySelection.All, cancel), await AllAsync(_pods, cleaners, cancel));
    }

    private async Task DeleteAllAsync<T>(EntityClient<T> client, EntitySelection selection, CancellationToken cancel)
        where T : class, IEntity<T>
    {
        var all = await AllAsync(client, selection, cancel);
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (entity, stop) =>
        {
            try
            {
                await client.DeleteAsync(entity.Metadata.Key, null, stop);
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                // Somebody was faster.
            }
        });
        say($"deleted {all.Count} {T.Definition.Plural}");
    }

    private static async Task<List<T>> AllAsync<T>(EntityClient<T> client, EntitySelection selection, CancellationToken cancel)
        where T : class, IEntity<T>
    {
        var all = new List<T>();
        await foreach (var entity in client.ListAllAsync(selection, cancel))
        {
            all.Add(entity);
        }

        return all;
    }
}
