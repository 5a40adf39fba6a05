using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>One kind's objects between a cache and a file.</summary>
internal interface IKnownKind
{
    /// <summary>The kind's plural, as it stands in the file.</summary>
    string Plural { get; }

    /// <summary>Whether the cache has had its objects, from a list or from a file.</summary>
    bool HasSynced { get; }

    /// <summary>The cache's objects, a line each. The agent needs less of an object than the API has; what is left out costs no write when it changes.</summary>
    IEnumerable<string> Lines();

    /// <summary>Tells of each change of the cache; what is told makes the change's line, or null when it does not matter.</summary>
    IDisposable Follow(Action<Func<string?>> changed);

    /// <summary>Takes an object out of a file; it is kept apart until <see cref="Prime"/>.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    void Take(string json);

    /// <summary>The file says that an object went.</summary>
    void Drop(string key);

    /// <summary>Hands what was taken to the cache, unless a list has come meanwhile.</summary>
    void Prime();

    /// <summary>Forgets what was taken.</summary>
    void Forget();
}

/// <inheritdoc />
/// <param name="cache">The cache.</param>
/// <param name="json">How the kind is written.</param>
/// <param name="slim">What of an object is written.</param>
/// <param name="keep">What of an object that was read goes into the cache; null: all of it.</param>
internal sealed class KnownKind<T>(EntityCache<T> cache, JsonTypeInfo<T> json, Func<T, T> slim, Func<T, T>? keep = null) : IKnownKind
    where T : class, IEntity<T>
{
    private readonly Dictionary<string, T> _taken = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string Plural => T.Definition.Plural;

    /// <inheritdoc />
    public bool HasSynced => cache.HasSynced;

    /// <inheritdoc />
    public IEnumerable<string> Lines() => cache.Snapshot().Select(KnownLine);

    /// <inheritdoc />
    public IDisposable Follow(Action<Func<string?>> changed) => cache.Subscribe(change => changed(() => LineOf(change)));

    /// <inheritdoc />
    public void Take(string text)
    {
        var entity = JsonSerializer.Deserialize(text, json) ?? throw new JsonException("null in place of an object");
        _taken[entity.Metadata.Key.ToString()] = keep is null ? entity : keep(entity);
    }

    /// <inheritdoc />
    public void Drop(string key) => _taken.Remove(key);

    /// <inheritdoc />
    public void Prime()
    {
        cache.Prime(_taken.Values);
        Forget();
    }

    /// <inheritdoc />
    public void Forget() => _taken.Clear();

    private string? LineOf(EntityChange<T> change)
    {
        if (change.New is not { } now)
            return KnownLines.Gone(Plural, change.Key);
        var text = KnownLine(now);
        return change.Old is { } before && string.Equals(KnownLine(before), text, StringComparison.Ordinal) ? null : text;
    }

    private string KnownLine(T entity) => KnownLines.There(Plural, JsonSerializer.Serialize(slim(entity), json));
}
