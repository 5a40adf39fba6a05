using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>
/// Every object of the cluster under one version counter, as etcd has it. Writes are compare-and-set on the object's version; each is recorded
/// in its resource's history and handed to the watchers in order.
/// </summary>
internal sealed class VersionedStore(int historyWindow, Journal? journal = null)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ResourceHistory> resources = new(StringComparer.Ordinal);
    private readonly List<Action<string, Change>> listeners = [];

    // A fresh cluster does not begin at 1: clients must not confuse "0" and "the first version".
    private long revision = 100;

    // What happened before the restart is not known any more, for no resource: a deletion may have been missed.
    private long oldestRevision;

    public long Revision
    {
        get
        {
            lock (gate)
                return revision;
        }
    }

    /// <summary>Called for every change, inside the write: must only queue.</summary>
    public void OnChange(Action<string, Change> listener)
    {
        lock (gate)
            listeners.Add(listener);
    }

    public void Load(string resource, IEnumerable<StoredObject> objects, long atRevision)
    {
        lock (gate)
        {
            revision = Math.Max(revision, atRevision);
            oldestRevision = revision;
            History(resource).Load(objects, revision);
        }
    }

    public ResourceSnapshot Current(string resource)
    {
        lock (gate)
            return new ResourceSnapshot(History(resource).Objects, revision);
    }

    /// <summary>The resource as it was at an exact version; null when that is compacted.</summary>
    public ResourceSnapshot? At(string resource, long atRevision)
    {
        lock (gate)
            return History(resource).At(atRevision) is { } objects ? new ResourceSnapshot(objects, atRevision) : null;
    }

    public StoredObject? Find(string resource, StoreKey key) => Current(resource).Find(key);

    /// <summary>
    /// Writes <paramref name="node"/>; null when the object is not at <paramref name="expected"/> any more (0: it must not exist).
    /// </summary>
    public StoredObject? TryPut(string resource, StoreKey key, long expected, JsonObject node, IReadOnlyList<SelectableField> fields)
    {
        lock (gate)
        {
            var history = History(resource);
            var previous = new ResourceSnapshot(history.Objects, revision).Find(key);
            if ((previous?.ResourceVersion ?? 0) != expected)
                return null;
            var next = StoredObject.Freeze(node, ++revision, fields);
            Publish(resource, history.Record(previous is null ? ChangeKind.Added : ChangeKind.Modified, next, previous));
            return next;
        }
    }

    /// <summary>Removes the object; null when it is not at <paramref name="expected"/> any more. The answer is its last state at the version of the deletion.</summary>
    public StoredObject? TryRemove(string resource, StoreKey key, long expected, IReadOnlyList<SelectableField> fields)
    {
        lock (gate)
        {
            var history = History(resource);
            var previous = new ResourceSnapshot(history.Objects, revision).Find(key);
            if (previous is null || previous.ResourceVersion != expected)
                return null;
            var tombstone = StoredObject.Freeze(previous.ToNode(), ++revision, fields);
            Publish(resource, history.Record(ChangeKind.Deleted, tombstone, previous));
            return tombstone;
        }
    }

    /// <summary>Starts a watch after <paramref name="since"/>; null when that version is compacted. Dispose it to stop.</summary>
    public Subscription? Subscribe(string resource, long since)
    {
        lock (gate)
        {
            var history = History(resource);
            return since < history.Compacted ? null : Open(history, history.Since(since), history.Objects);
        }
    }

    /// <summary>Starts a watch now and hands over the state it starts from.</summary>
    public Subscription SubscribeNow(string resource)
    {
        lock (gate)
        {
            var history = History(resource);
            return Open(history, [], history.Objects);
        }
    }

    /// <summary>Forgets all history: every earlier version is gone, as after etcd's compaction.</summary>
    public void Compact()
    {
        lock (gate)
        {
            foreach (var history in resources.Values)
                history.Compact(revision);
        }
    }

    /// <summary>Ends every watch.</summary>
    public void CloseWatches(string? resource = null)
    {
        lock (gate)
        {
            foreach (var (name, history) in resources)
            {
                if (resource is null || string.Equals(resource, name, StringComparison.Ordinal))
                    history.CloseWatchers();
            }
        }
    }

    /// <summary>Computes the selectable fields anew, when a resource's definition changed.</summary>
    public void Reindex(string resource, IReadOnlyList<SelectableField> fields)
    {
        lock (gate)
            History(resource).Replace(o => StoredObject.Freeze(o.ToNode(), o.ResourceVersion, fields));
    }

    private Subscription Open(ResourceHistory history, IEnumerable<Change> backlog, System.Collections.Immutable.ImmutableSortedSet<StoredObject> objects)
    {
        var channel = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
        foreach (var change in backlog)
            channel.Writer.TryWrite(change);
        history.Add(channel);
        return new Subscription(channel.Reader, new ResourceSnapshot(objects, revision), () =>
        {
            lock (gate)
                history.Remove(channel);
        });
    }

    private void Publish(string resource, Change change)
    {
        journal?.Append(resource, change);
        foreach (var listener in listeners)
            listener(resource, change);
    }

    private ResourceHistory History(string resource)
    {
        if (!resources.TryGetValue(resource, out var history))
        {
            resources[resource] = history = new ResourceHistory(historyWindow);
            history.Compact(oldestRevision);
        }
        return history;
    }
}
