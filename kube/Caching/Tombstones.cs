using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>
/// Remembers at which version the last few hundred objects went, so that an event which comes late, or twice, does not bring one back.
/// </summary>
internal sealed class Tombstones
{
    private const int Most = 512;

    private readonly Dictionary<ObjectKey, string> _versions = [];
    private readonly Queue<ObjectKey> _order = [];

    public string? this[ObjectKey key] => _versions.GetValueOrDefault(key);

    public void Add(ObjectKey key, string? version)
    {
        if (version is null)
            return;
        if (_versions.TryAdd(key, version))
            _order.Enqueue(key);
        else
            _versions[key] = Versions.Later(_versions[key], version);
        if (_order.Count > Most)
            _versions.Remove(_order.Dequeue());
    }

    public void Clear()
    {
        _versions.Clear();
        _order.Clear();
    }
}
