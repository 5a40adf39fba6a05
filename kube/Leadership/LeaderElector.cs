using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Leadership;

/// <summary>
/// Stands for leadership by a Lease, leads while it holds it, stands again when it has lost it. Leadership saves work, it keeps nothing apart:
/// see <see cref="LeadershipToken"/> for what it does not cover.
/// </summary>
public sealed class LeaderElector
{
    private readonly EntityClient<Lease> _client;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private LeaseSpec? _observed;
    private long _observedAt;
    private volatile LeadershipToken? _term;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts.</summary>
    /// <param name="client">Reads and writes the lease.</param>
    /// <param name="options">For what and how.</param>
    /// <param name="logger">Hears of elections.</param>
    /// <param name="time">The clock; by default <see cref="BootClock"/>.</param>
    /// <exception cref="ArgumentException">The times do not fit: the retry period must be below the renew deadline, that below the lease's duration.</exception>
    public LeaderElector(EntityClient<Lease> client, LeaderElectionOptions options, ILogger? logger = null, TimeProvider? time = null)
    {
        if (options.RetryPeriod >= options.RenewDeadline || options.RenewDeadline >= options.LeaseDuration)
        {
            throw new ArgumentException(
                $"retry period {options.RetryPeriod} < renew deadline {options.RenewDeadline} < lease duration {options.LeaseDuration} must hold", nameof(options));
        }

        _client = client;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? BootClock.Instance;
    }

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader => _term is { IsHeld: true };

    /// <summary>Who held the lease when it was last read; null: nobody, or not read yet.</summary>
    public string? Holder => _observed?.HolderIdentity is { Length: > 0 } holder ? holder : null;

    /// <summary>Stands and leads until cancelled, then gives the lease back once the work has stopped.</summary>
    /// <param name="lead">The leader's work; it must end soon after <see cref="LeadershipToken.Lost"/>. When it ends by itself, or throws, so does this.</param>
    /// <param name="cancel">Ends it; the leader's token is cancelled by it too.</param>
    public async Task RunAsync(Func<LeadershipToken, Task> lead, CancellationToken cancel)
    {
        while (true)
        {
            using var term = await AcquireAsync(cancel);
            _term = term;
            LeaderElectionLog.Acquired(_logger, _options.Lease, _options.Identity);
            var ended = await LeadAsync(term, lead, cancel);
            if (cancel.IsCancellationRequested || ended)
            {
                cancel.ThrowIfCancellationRequested();
                return;
            }

            LeaderElectionLog.Lost(_logger, _options.Lease, _options.Identity, Holder);
        }
    }

    /// <summary>Leads for one term; true: the work ended by itself.</summary>
    private async Task<bool> LeadAsync(LeadershipToken term, Func<LeadershipToken, Task> lead, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewing = RenewAsync(term, stop.Token);
        await using var stopped = cancel.Register(term.End);
        try
        {
            await lead(term);
            return term.IsHeld;
        }
        catch (OperationCanceledException) when (!term.IsHeld)
        {
            return false;
        }
        finally
        {
            await stop.CancelAsync();
            await renewing;
            // The work has stopped, so the next may start at once.
            if (_observed?.HolderIdentity == _options.Identity)
                await ReleaseAsync();
            term.End();
        }
    }

    private async Task<LeadershipToken> AcquireAsync(CancellationToken cancel)
    {
        while (true)
        {
            var sent = _time.GetTimestamp();
            if (await TryClaimAsync(_options.RenewDeadline, cancel))
            {
                var term = new LeadershipToken(_options.Lease.ToString(), _options.RenewDeadline, sent, _time);
                if (term.IsHeld)
                    return term;
                term.Dispose();
            }

            await Task.Delay(_options.RetryPeriod * (1 + (Random.Shared.NextDouble() * 0.2)), _time, cancel);
        }
    }

    private async Task RenewAsync(LeadershipToken term, CancellationToken stop)
    {
        try
        {
            while (term.Remaining is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left < _options.RetryPeriod ? left : _options.RetryPeriod, _time, stop);
                var sent = _time.GetTimestamp();
                if (await TryClaimAsync(term.Remaining, stop))
                    term.Renew(sent);
                else if (Holder is { } holder && holder != _options.Identity)
                    term.End();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The work has ended.
        }
    }

    /// <summary>Takes or renews the lease if it is free or ours.</summary>
    private async Task<bool> TryClaimAsync(TimeSpan limit, CancellationToken cancel)
    {
        if (limit <= TimeSpan.Zero)
            return false;
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            var present = await _client.FindAsync(_options.Lease, either.Token);
            if (present is null)
            {
                var made = new Lease
                {
                    Metadata = new ObjectMeta { Name = _options.Lease.Name, Namespace = _options.Lease.Namespace },
                    Spec = LeaseClaim.Claim(null, _options.Identity, _options.LeaseDuration, _time.GetUtcNow()),
                };
                Observe((await _client.CreateAsync(made, either.Token)).Spec);
                return true;
            }

            Observe(present.Spec);
            if (LeaseClaim.IsHeldByOther(present.Spec, _options.Identity, _time.GetElapsedTime(_observedAt), _options.LeaseDuration))
                return false;
            var claim = LeaseClaim.Claim(present.Spec, _options.Identity, _options.LeaseDuration, _time.GetUtcNow());
            Observe((await _client.UpdateAsync(present with { Spec = claim }, either.Token)).Spec);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            LeaderElectionLog.ClaimFailed(_logger, _options.Lease, "no answer in time");
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            // Another candidate was faster; the next look shows who.
        }
        catch (KubernetesException e)
        {
            LeaderElectionLog.ClaimFailed(_logger, _options.Lease, e.Message);
        }

        return false;
    }

    private void Observe(LeaseSpec spec)
    {
        if (spec == _observed)
            return;
        _observed = spec;
        _observedAt = _time.GetTimestamp();
    }

    private async Task ReleaseAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (await _client.FindAsync(_options.Lease, late.Token) is { } present && present.Spec.HolderIdentity == _options.Identity)
                Observe((await _client.UpdateAsync(present with { Spec = LeaseClaim.Release(present.Spec, _time.GetUtcNow()) }, late.Token)).Spec);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            // It runs out by itself.
            LeaderElectionLog.ClaimFailed(_logger, _options.Lease, e.Message);
        }
    }
}
