using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>All objects of a resource, in key order, as they were at one version of the store.</summary>
internal sealed record ResourceSnapshot(ImmutableSortedSet<StoredObject> Objects, long ResourceVersion)
{
    /// <summary>The objects from <paramref name="start"/> on, within one namespace when <paramref name="ns"/> is not empty.</summary>
    public IEnumerable<StoredObject> From(string ns, StoreKey? start = null)
    {
        var first = start ?? new StoreKey(ns, "");
        if (first == default)
            return Objects;
        var index = Objects.IndexOf(new StoredObject { Key = first, ResourceVersion = 0, Json = [] });
        return Range(index < 0 ? ~index : index, ns);
    }

    public StoredObject? Find(StoreKey key) =>
        Objects.TryGetValue(new StoredObject { Key = key, ResourceVersion = 0, Json = [] }, out var found) ? found : null;

    private IEnumerable<StoredObject> Range(int index, string ns)
    {
        for (; index < Objects.Count; index++)
        {
            var item = Objects[index];
            if (ns.Length > 0 && !string.Equals(item.Key.Namespace, ns, StringComparison.Ordinal))
                yield break;
            yield return item;
        }
    }
}
