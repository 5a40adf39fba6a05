namespace Overlay.Kube.Leadership;

/// <summary>
/// One term of leadership. It ends by itself: ask <see cref="IsHeld"/>, or call <see cref="ThrowIfLost"/>, right before each act.
/// </summary>
/// <remarks>
/// <para>
/// The term runs for <see cref="LeaderElectionOptions.RenewDeadline"/> from the moment the last successful renewal was <i>sent</i>. Others wait for
/// the longer <see cref="LeaderElectionOptions.LeaseDuration"/> from the later moment they <i>saw</i> it. So whoever takes over does so after this
/// term has ended, whatever the wall clocks say.
/// </para>
/// <para>
/// A process that was stopped (SIGSTOP, a frozen container, a suspended machine) and goes on finds its term over when it asks, before any timer of
/// its own has fired. What was stopped between asking and acting is not covered by any lease: there the objects' names and the preconditions of
/// updates keep two leaders apart.
/// </para>
/// <para>A lost term never comes back, even when the lease is still ours on the server: a new term begins with a new token.</para>
/// </remarks>
public sealed class LeadershipToken : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _gate = new();
    private readonly string _lease;
    private readonly TimeSpan _term;
    private readonly TimeProvider _time;
    private long _renewed;
    private bool _over;

    internal LeadershipToken(string lease, TimeSpan term, long since, TimeProvider time)
    {
        _lease = lease;
        _term = term;
        _renewed = since;
        _time = time;
        Lost = _lost.Token;
    }

    /// <summary>Cancelled when the term has ended. It may come late in a process that was stopped: it spares work, it guards nothing.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Whether the term still runs.</summary>
    public bool IsHeld => Remaining > TimeSpan.Zero;

    /// <summary>How long the term runs if it is not renewed; zero: it is over.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_gate)
            {
                var left = _over ? TimeSpan.Zero : _term - _time.GetElapsedTime(_renewed);
                if (left > TimeSpan.Zero)
                    return left;
                _over = true;
            }

            Cancel();
            return TimeSpan.Zero;
        }
    }

    /// <summary>Call it right before each act.</summary>
    /// <exception cref="LeadershipLostException">The term is over.</exception>
    public void ThrowIfLost()
    {
        if (!IsHeld)
            throw new LeadershipLostException(_lease, Lost);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        End();
        _lost.Dispose();
    }

    /// <summary>The lease was renewed by a request sent at this time; false: too late, the term was over already.</summary>
    internal bool Renew(long sent)
    {
        if (!IsHeld)
            return false;
        lock (_gate)
            _renewed = Math.Max(_renewed, sent);
        return IsHeld;
    }

    internal void End()
    {
        lock (_gate)
            _over = true;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Asked after the end of everything.
        }
    }
}
