using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Leadership;

/// <summary>Says "still here" by renewing a Lease of one's own, and carries a few facts along as labels and annotations.</summary>
public sealed partial class LeaseHeartbeat : IDisposable
{
    private readonly EntityClient<Lease> _client;
    private readonly LeaseHeartbeatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _soon = new(0, 1);
    private Lease? _present;
    private long _lastBeat = -1;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts.</summary>
    /// <param name="client">Writes the lease.</param>
    /// <param name="options">Which lease, how often, with which facts.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <param name="time">The clock.</param>
    public LeaseHeartbeat(EntityClient<Lease> client, LeaseHeartbeatOptions options, ILogger? logger = null, TimeProvider? time = null)
    {
        _client = client;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How long ago the lease was last written; <see cref="TimeSpan.MaxValue"/>: never yet.</summary>
    public TimeSpan SinceLastBeat => Interlocked.Read(ref _lastBeat) is var at and >= 0 ? _time.GetElapsedTime(at) : TimeSpan.MaxValue;

    /// <summary>The facts have changed: write them soon, not only at the next beat.</summary>
    public void Beat()
    {
        lock (_soon)
        {
            if (_soon.CurrentCount == 0)
                _soon.Release();
        }
    }

    /// <summary>Beats until cancelled. The lease stays, and runs out.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await BeatAsync(cancel);
            }
            catch (KubernetesException e)
            {
                _present = null;
                Failed(_logger, _options.Lease, e.Message);
            }

            // Facts that change all the time are gathered for a moment; the rest of the wait ends when they change.
            await Task.Delay(_options.Gather, _time, cancel);
            await WaitAsync(cancel);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _soon.Dispose();

    private async Task WaitAsync(CancellationToken cancel)
    {
        using var due = new CancellationTokenSource(_options.Interval - _options.Gather, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, due.Token);
        try
        {
            await _soon.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        var present = _present ?? await _client.FindAsync(_options.Lease, cancel);
        var wanted = Wanted(present);
        _present = present is null ? await _client.CreateAsync(wanted, cancel) : await _client.UpdateAsync(wanted, cancel);
        Interlocked.Exchange(ref _lastBeat, _time.GetTimestamp());
    }

    private Lease Wanted(Lease? present)
    {
        var facts = _options.Facts();
        var meta = present?.Metadata ?? new ObjectMeta { Name = _options.Lease.Name, Namespace = _options.Lease.Namespace };
        return new Lease
        {
            Metadata = meta with
            {
                Labels = Merge(meta.Labels, facts.Labels),
                Annotations = Merge(meta.Annotations, facts.Annotations),
                OwnerReferences = facts.Owner is { } owner ? [owner] : meta.OwnerReferences,
            },
            Spec = LeaseClaim.Claim(present?.Spec, _options.Identity, _options.Duration, _time.GetUtcNow()),
        };
    }

    private static ImmutableSortedDictionary<string, string>? Merge(
        ImmutableSortedDictionary<string, string>? present, IReadOnlyDictionary<string, string>? ours) =>
        ours is null ? present : (present ?? ImmutableSortedDictionary<string, string>.Empty).SetItems(ours);

    [LoggerMessage(EventId = 241, Level = LogLevel.Warning, Message = "The heartbeat lease {Lease} could not be written: {Reason}")]
    private static partial void Failed(ILogger logger, ObjectKey lease, string reason);
}
