using Microsoft.Extensions.Logging;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;
using Overlay.Kube.Entities;
using Overlay.Operator.Agents;
using Overlay.Operator.Cluster;

namespace Overlay.Operator.Workloads;

/// <summary>Deletes released tags when nobody can still act on them; only then can their numbers be given out again.</summary>
internal sealed partial class RestingTags(ClusterView cluster, TimeSpan rest, Action mayAct, TimeProvider time, ILogger logger)
{
    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = rest / 4 < TimeSpan.FromSeconds(30) ? rest / 4 : TimeSpan.FromSeconds(30);
        while (true)
        {
            await Task.Delay(pause, time, cancel);
            try
            {
                await PassAsync(cancel);
            }
            catch (KubernetesException e)
            {
                Failed(logger, e.Message);
            }
        }
    }

    /// <summary>Whether a tag has rested: long enough, and every node that has a part in the network acknowledged its release.</summary>
    public static bool HasRested(WorkloadTag tag, AgentReports agents, TimeSpan rest, DateTimeOffset now) =>
        TagPlan.IsReleased(tag)
        && tag.Status?.ReleasedAt is { } released
        && now - released >= rest
        && agents.AllApplied(tag.Metadata.ResourceVersion);

    private async Task PassAsync(CancellationToken cancel)
    {
        var agents = cluster.Agents();
        var now = time.GetUtcNow();
        foreach (var tag in cluster.Tags.Cache.Snapshot().Where(t => HasRested(t, agents, rest, now)))
        {
            try
            {
                mayAct();
                await cluster.Tags.Client.DeleteAsync(tag.Metadata.Key, DeleteOptions.Exactly(tag.Metadata), cancel);
                Freed(logger, new Tag((ushort)tag.Spec.Tag));
            }
            catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
            {
                // Revived, or deleted by another.
            }
        }
    }

    [LoggerMessage(EventId = 313, Level = LogLevel.Information, Message = "Tag {Tag} has rested and is free")]
    private static partial void Freed(ILogger logger, Tag tag);

    [LoggerMessage(EventId = 314, Level = LogLevel.Warning, Message = "Tags that have rested could not be deleted: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
