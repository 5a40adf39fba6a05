using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Operator.Cluster;
using Overlay.Policy;

namespace Overlay.Operator.Workloads;

/// <summary>Makes tags out of free numbers, and knows those that it made and the cache has not heard of yet.</summary>
/// <param name="cluster">The tags, and the network that Events are about.</param>
/// <param name="indexes">The tags by namespace.</param>
/// <param name="former">Whose the numbers are whose objects vanished.</param>
/// <param name="events">Hears when numbers are used up.</param>
/// <param name="mayAct">Throws when this operator leads no more.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of each tag.</param>
internal sealed partial class TagGiver(ClusterView cluster, WorkloadIndexes indexes, FormerTags former, EventRecorder events, Action mayAct, TimeProvider time, ILogger logger)
{
    /// <summary>How long the cache may take to hear of a tag before the server is asked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TagAllocator _numbers = new();
    private readonly ConcurrentQueue<Tag> _setAside = new();
    private readonly ConcurrentDictionary<string, (WorkloadTag Tag, long Made)> _unheard = new(StringComparer.Ordinal);

    /// <summary>Hears of a tag from the cache.</summary>
    public void Note(EntityChange<WorkloadTag> change)
    {
        if (change.New is null)
        {
            _numbers.GiveBack(change.Entity.Spec.Tag);
        }
        else
        {
            _numbers.Occupy(change.Entity.Spec.Tag);
        }

        _unheard.TryRemove(change.Key.Name, out _);
    }

    /// <summary>A namespace's tags: those of the cache, and those made a moment ago that it has not heard of yet.</summary>
    public WorkloadTag[] TagsOf(string ns)
    {
        var unheard = UnheardOf(ns).Select(u => u.Value.Tag).ToArray();
        var heard = indexes.Tags[ns];
        return [.. heard, .. unheard.Where(u => heard.All(h => h.Spec.Tag != u.Spec.Tag))];
    }

    /// <summary>Whether the cache has yet to hear of tags of a namespace.</summary>
    public bool IsWaiting(string ns) => UnheardOf(ns).Any();

    /// <summary>
    /// Asks the server for what the cache should have heard of by now. A tag that is made and gone while the watch is broken, as when somebody deletes
    /// its definition at that moment, is never heard of, and its workload would wait for ever.
    /// </summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task AskAsync(string ns, CancellationToken cancel)
    {
        foreach (var (name, known) in UnheardOf(ns).Where(u => time.GetElapsedTime(u.Value.Made) >= Patience).ToArray())
        {
            var there = await cluster.Tags.Client.FindAsync(known.Tag.Metadata.Key, cancel);
            if (there?.Metadata.Uid == known.Tag.Metadata.Uid)
            {
                _unheard.TryUpdate(name, (known.Tag, time.GetTimestamp()), known);
            }
            else if (_unheard.TryRemove(KeyValuePair.Create(name, known)) && there is null)
            {
                former.Keep(known.Tag);
            }
        }
    }

    /// <summary>Makes tags; how many could not be made for want of numbers.</summary>
    /// <param name="missing">The workloads.</param>
    /// <param name="wide">Whether numbers above 8191 may be used: every node's rules are nftables.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<int> GiveAsync(ImmutableArray<WorkloadTagSpec> missing, bool wide, CancellationToken cancel)
    {
        for (var count = _setAside.Count; count > 0 && _setAside.TryDequeue(out var number); count--)
        {
            if (cluster.Tags.Cache.Find(new ObjectKey(null, TagName.Of(number.Value))) is null)
            {
                _numbers.GiveBack(number.Value);
            }
        }

        var unserved = 0;
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (spec, stop) =>
        {
            if (!await GiveAsync(spec, wide, stop))
            {
                Interlocked.Increment(ref unserved);
            }
        });
        return unserved;
    }

    private IEnumerable<KeyValuePair<string, (WorkloadTag Tag, long Made)>> UnheardOf(string ns) =>
        _unheard.Where(u => string.Equals(u.Value.Tag.Spec.Namespace, ns, StringComparison.Ordinal));

    private async Task<bool> GiveAsync(WorkloadTagSpec spec, bool wide, CancellationToken cancel)
    {
        for (var next = Former(spec, wide) ?? Take(wide); next is { } number; next = Take(wide))
        {
            var tag = new WorkloadTag
            {
                Metadata = new ObjectMeta { Name = TagName.Of(number.Value) },
                Spec = spec with { Tag = number.Value },
            };
            try
            {
                mayAct();
                var made = await cluster.Tags.Client.CreateAsync(tag, cancel);
                if (cluster.Tags.Cache.Find(tag.Metadata.Key) is null)
                {
                    _unheard[tag.Metadata.Name] = (made, time.GetTimestamp());
                }

                Given(logger, number, spec.Namespace, WorkloadLabels.Text(spec.Keys, spec.Labels));
                return true;
            }
            catch (KubernetesException e) when (e.IsAlreadyExists)
            {
                // The number is somebody's, and stays taken; perhaps it was given to this very workload.
                var other = await cluster.Tags.Client.FindAsync(tag.Metadata.Key, cancel);
                if (other is not null && !TagPlan.IsReleased(other) && TagPlan.SameWorkload(other.Spec, spec))
                {
                    return true;
                }
            }
            catch
            {
                // Whether it was made is not known. The cache tells, and marks it as taken again if so.
                if (cluster.Tags.Cache.Find(tag.Metadata.Key) is null)
                {
                    _numbers.GiveBack(number.Value);
                }

                throw;
            }
        }

        var workload = new WorkloadKey(spec.Namespace, WorkloadLabels.Text(spec.Keys, spec.Labels));
        if (cluster.Network is { } network)
        {
            events.Warning(ObjectReference.To(network), "TagsUsedUp", $"There is no free tag for workload {workload}: see condition TagsExhausted.");
        }

        return false;
    }

    /// <summary>The number that the workload had when its object vanished.</summary>
    private Tag? Former(WorkloadTagSpec spec, bool wide)
    {
        if (former.Of(spec) is not { } known || (known > Tag.LastNarrow.Value && !wide))
        {
            return null;
        }

        _numbers.Occupy(known);
        return new Tag((ushort)known);
    }

    /// <summary>A free number that no node can still take for another workload's.</summary>
    private Tag? Take(bool wide)
    {
        while (_numbers.Take(wide) is { } number)
        {
            if (!former.IsResting(number.Value))
            {
                return number;
            }

            _setAside.Enqueue(number);
        }

        return null;
    }

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "Tag {Tag} is given to workload {Namespace}{{{Labels}}}")]
    private static partial void Given(ILogger logger, Tag tag, string @namespace, string labels);
}
