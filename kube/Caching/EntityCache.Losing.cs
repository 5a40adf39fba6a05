using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

public sealed partial class EntityCache<T>
{
    // Under _writing; when each was lost.
    private readonly Dictionary<ObjectKey, long> _lost = [];

    /// <inheritdoc />
    public T[] Lost
    {
        get
        {
            lock (_writing)
                return [.. _lost.Keys.Select(Find).OfType<T>()];
        }
    }

    /// <inheritdoc />
    public bool IsLost(ObjectKey key)
    {
        lock (_writing)
            return _lost.ContainsKey(key);
    }

    /// <summary>An object is gone from the server: whether it is kept nevertheless.</summary>
    private bool Keeps(ObjectKey key, T old)
    {
        if (_leaving is null || _leaving.IsDue(old))
            return false;
        if (_lost.TryAdd(key, _time.GetTimestamp()))
        {
            WasLost(_logger, old.Kind, key, _leaving.Kept);
            _ = ForgetLaterAsync(key, _lost[key]);
            Tell(new EntityChange<T>(old, old));
        }

        return true;
    }

    /// <summary>An object has come: what was lost and does not hold beside it goes. One that was lost itself held beside the others: thousands may come back at once.</summary>
    private void Overrule(T arrived)
    {
        if (_lost.Count == 0 || _lost.ContainsKey(arrived.Metadata.Key))
            return;
        foreach (var key in _lost.Keys.ToArray())
        {
            if (key != arrived.Metadata.Key && Find(key) is { } lost && _leaving!.IsOverruled(lost, arrived))
                Forget(key, lost);
        }
    }

    private async Task ForgetLaterAsync(ObjectKey key, long since)
    {
        await Task.Delay(_leaving!.Kept, _time).ConfigureAwait(false);
        lock (_writing)
        {
            if (_lost.GetValueOrDefault(key, -1) == since && Find(key) is { } lost)
                Forget(key, lost);
        }
    }

    private void Forget(ObjectKey key, T lost)
    {
        _lost.Remove(key);
        Write(key, lost, null);
        Tell(new EntityChange<T>(lost, null));
    }

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "{Kind} {Key} was deleted while it is in use: what it says holds on for {Kept}, or until another says otherwise")]
    private static partial void WasLost(ILogger logger, string kind, ObjectKey key, TimeSpan kept);
}
