using System.Collections.Immutable;
using System.Threading.Channels;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>
/// One resource: its objects now, a bounded window of what changed, and who watches. Not thread-safe: <see cref="VersionedStore"/> owns it
/// and holds its lock around every call.
/// </summary>
internal sealed class ResourceHistory(int window)
{
    private static readonly IComparer<StoredObject> ByKey = Comparer<StoredObject>.Create((a, b) => a.Key.CompareTo(b.Key));

    private readonly Queue<Change> changes = new();
    private readonly HashSet<Channel<Change>> watchers = [];
    private ImmutableSortedSet<StoredObject> beforeWindow = ImmutableSortedSet<StoredObject>.Empty.WithComparer(ByKey);

    public ImmutableSortedSet<StoredObject> Objects { get; private set; } = ImmutableSortedSet<StoredObject>.Empty.WithComparer(ByKey);

    /// <summary>Versions below this one can no longer be read or watched from.</summary>
    public long Compacted { get; private set; }

    public void Load(IEnumerable<StoredObject> objects, long revision)
    {
        Objects = Objects.Union(objects);
        Compact(revision);
    }

    public void Replace(Func<StoredObject, StoredObject> map)
    {
        Objects = Objects.Select(map).ToImmutableSortedSet(ByKey);
    }

    public Change Record(ChangeKind kind, StoredObject current, StoredObject? previous)
    {
        var after = previous is null ? Objects : Objects.Remove(previous);
        Objects = kind == ChangeKind.Deleted ? after : after.Add(current);
        var change = new Change(kind, current, previous, Objects);
        changes.Enqueue(change);
        while (changes.Count > window)
        {
            var dropped = changes.Dequeue();
            Compacted = dropped.ResourceVersion;
            beforeWindow = dropped.After;
        }
        foreach (var watcher in watchers)
            watcher.Writer.TryWrite(change);
        return change;
    }

    public void Compact(long revision)
    {
        changes.Clear();
        beforeWindow = Objects;
        Compacted = revision;
    }

    /// <summary>The objects as they were at <paramref name="revision"/>, or null when that is compacted.</summary>
    public ImmutableSortedSet<StoredObject>? At(long revision) =>
        revision < Compacted
            ? null
            : changes.TakeWhile(c => c.ResourceVersion <= revision).LastOrDefault()?.After ?? beforeWindow;

    public IEnumerable<Change> Since(long revision) => changes.SkipWhile(c => c.ResourceVersion <= revision);

    public void Add(Channel<Change> watcher) => watchers.Add(watcher);

    public void Remove(Channel<Change> watcher) => watchers.Remove(watcher);

    public void CloseWatchers()
    {
        foreach (var watcher in watchers)
            watcher.Writer.TryComplete();
        watchers.Clear();
    }
}
