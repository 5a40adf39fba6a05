using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Watching;

/// <summary>Keeps a cache equal to what the API server holds: lists, then watches, for ever.</summary>
/// <remarks>
/// The first list comes from the server's watch cache (resourceVersion=0). A watch that ends is taken up where it stood; when the server no longer
/// knows that version (410, as HTTP answer or as event) everything is listed again, and deletions that were missed are found by comparison.
/// While the server can not be reached the cache stays as it is and grows stale: see <see cref="IEntityCache{T}.Staleness"/>.
/// </remarks>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Reflector<T>
    where T : class, IEntity<T>
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(1);

    private readonly EntityClient<T> _client;
    private readonly EntityCache<T> _cache;
    private readonly ReflectorOptions<T> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Where the watch stands; null: list first.
    private string? _position;

    // After a 410 the server's own cache may be what is too old: the next list then comes from the store.
    private bool _fromStore;

    // The server has said that it does not know the kind, and not yet otherwise.
    private bool _missing;

    // The last failure that was told; null: it went well since.
    private string? _told;

    // Of the present watch: whether the server accepted it, and whether it told anything.
    private bool _opened;
    private bool _heard;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts.</summary>
    /// <param name="client">Asks the API server.</param>
    /// <param name="cache">What to fill.</param>
    /// <param name="options">How.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <param name="time">The clock.</param>
    public Reflector(
        EntityClient<T> client, EntityCache<T> cache, ReflectorOptions<T>? options = null, ILogger? logger = null, TimeProvider? time = null)
    {
        _client = client;
        _cache = cache;
        _options = options ?? new ReflectorOptions<T>();
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How often everything was listed; for metrics.</summary>
    public long Lists { get; private set; }

    /// <summary>How often a watch was opened; for metrics.</summary>
    public long Watches { get; private set; }

    /// <summary>How often listing or watching failed; for metrics.</summary>
    public long Failures { get; private set; }

    /// <summary>How many events came; for metrics.</summary>
    public long Events { get; private set; }

    /// <summary>Lists and watches until cancelled; nothing else ends it.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        var failures = new FailureRow();
        while (true)
        {
            TimeSpan? asked = null;
            Exception? failure = null;
            var began = _time.GetTimestamp();
            _opened = _heard = false;
            try
            {
                _position ??= await ListAsync(cancel);
                began = _time.GetTimestamp();
                await WatchAsync(cancel);
                ReflectorLog.WatchEnded(_logger, T.Definition.Plural, _position);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e)
            {
                asked = Judge(e);
                failure = e;
            }

            var lived = _opened && asked is null && _position is not null && _time.GetElapsedTime(began) >= Brief;
            failures.Add(failure, lived, _heard);
            if (failures.Count > 0)
                await Task.Delay(_options.Wait(failures.Count, failure, asked), _time, cancel);
        }
    }

    /// <summary>Decides what a failure means for the next try; the wait that the server asked for, if any.</summary>
    private TimeSpan? Judge(Exception e)
    {
        if (_opened && e is KubernetesException { Status.Reason: KubernetesException.Silence })
        {
            // Half-open, or of a kind where nothing happens: it can not be told, and opening it anew does for both.
            ReflectorLog.Silent(_logger, T.Definition.Plural, _options.IdleTimeout);
            return null;
        }

        if (_options.MayBeMissing && e is KubernetesException { IsNotFound: true })
            return AskAgain();

        Failures++;
        if (e is KubernetesException { IsGone: true })
        {
            ReflectorLog.Relisting(_logger, T.Definition.Plural, _position ?? "", e.Message);
            _fromStore = true;
            _position = null;
            return null;
        }

        Tell(e.Message);
        return (e as KubernetesException)?.RetryAfter;
    }

    /// <summary>An API server may be away for hours: what fails of the same again and again is told once.</summary>
    private void Tell(string reason)
    {
        var level = reason == _told ? LogLevel.Debug : LogLevel.Warning;
        _told = reason;
        ReflectorLog.Failed(_logger, level, T.Definition.Plural, _position is null ? "list" : "watch", reason);
    }

    /// <summary>There are no objects of a kind that the server does not know; the wait before it is asked again, not at the same time as others ask.</summary>
    private TimeSpan AskAgain()
    {
        _position = null;
        if (!_missing)
            ReflectorLog.NotServed(_logger, T.Definition.Plural, _options.AskAgain);
        if (_missing || _cache.Count == 0)
            _cache.Replace([]);
        _missing = true;
        return _options.AskAgain * (1 + (Random.Shared.NextDouble() / 4));
    }

    private async Task<string> ListAsync(CancellationToken cancel)
    {
        var entities = new List<T>();
        var page = new ListOptions { Limit = _options.PageSize, ResourceVersion = _fromStore ? null : "0" };
        while (true)
        {
            var meta = await _client.ListAsync(_options.Selection, page, entity => entities.Add(Slim(entity)), Unreadable, cancel);
            if (meta.Continue is not { } next)
            {
                _cache.Replace(entities);
                _missing = false;
                Lists++;
                ReflectorLog.Listed(_logger, T.Definition.Plural, entities.Count, meta.ResourceVersion);
                return meta.ResourceVersion ?? "0";
            }

            page = page with { Continue = next };
        }

        void Unreadable(Unreadable<T> misfit)
        {
            Report(misfit);
            if (misfit.Replacement is { } replacement)
                entities.Add(Slim(replacement));
            else if (LastGood(misfit) is { } known)
                entities.Add(known);
        }
    }

    private void Report(Unreadable<T> misfit) =>
        ReflectorLog.Unreadable(
            _logger,
            T.Definition.Plural,
            misfit.Metadata.Key,
            misfit.Problem,
            misfit.Replacement is not null ? "It counts for nothing that it may allow" : LastGood(misfit) is not null ? "Its state before stays" : "It is left out");

    private T? LastGood(Unreadable<T> misfit) => _cache.Find(misfit.Metadata.Key) is { } known && known.Metadata.Uid == misfit.Metadata.Uid ? known : null;

    private T Slim(T entity)
    {
        var known = _cache.Known(entity);
        return !ReferenceEquals(known, entity) || _options.Transform is null ? known : _options.Transform(entity);
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        Watches++;
        var options = new WatchOptions
        {
            ResourceVersion = _position!,
            Timeout = _options.WatchTimeout * (1 + Random.Shared.NextDouble()),
            IdleTimeout = _options.IdleTimeout,
        };
        await foreach (var e in _client.WatchAsync(_options.Selection, options, Opened, cancel))
        {
            if (e.Type == WatchEventType.Error)
                throw new KubernetesException($"watch {T.Definition.Plural}", e.Error ?? new Status { Message = "the server gave no reason" });
            if (e.Unreadable is { } misfit && e.Type != WatchEventType.Bookmark)
                Report(misfit);
            if (e.Entity is { } entity)
                Take(e.Type, entity);
            else if (e.Unreadable is { } lost)
                PassOver(e.Type, lost);
        }
    }

    private void Opened()
    {
        _opened = true;
        _told = null;
        _cache.Touch();
    }

    private void Take(WatchEventType type, T entity)
    {
        _heard = true;
        Events++;
        _cache.Touch();
        switch (type)
        {
            case WatchEventType.Deleted:
                _cache.Remove(entity);
                break;
            case WatchEventType.Added or WatchEventType.Modified:
                _cache.Put(_options.Transform is null ? entity : _options.Transform(entity));
                break;
        }

        Advance(entity.Metadata);
    }

    /// <summary>An event about an object that nothing stands for: only its end is told by its metadata alone, or that another took its name.</summary>
    private void PassOver(WatchEventType type, Unreadable<T> misfit)
    {
        _heard = true;
        Events++;
        _cache.Touch();
        if (type == WatchEventType.Deleted || (type != WatchEventType.Bookmark && LastGood(misfit) is null))
            _cache.Remove(misfit.Metadata);
        Advance(misfit.Metadata);
    }

    /// <summary>An event out of order does not take the position back.</summary>
    private void Advance(ObjectMeta metadata) => _position = Versions.Later(_position!, metadata.ResourceVersion);
}
