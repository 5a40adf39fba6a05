namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Adds and deletes pods without pause, as a busy runtime does: a failed ADD is followed by a DEL and another sandbox.</summary>
internal sealed class Churn : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;
    private int _rounds;

    /// <summary>Begins.</summary>
    /// <param name="pods">Pods without addresses; half of them keep one when it ends.</param>
    public Churn(IReadOnlyList<FaultPod> pods) =>
        _working = Task.WhenAll(pods.Select((pod, i) => Task.Run(() => TurnAsync(pod, keep: i % 2 == 0))));

    /// <summary>Successful ADDs so far.</summary>
    public int Rounds => _rounds;

    /// <summary>Ends after the calls that are under way.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _working.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task TurnAsync(FaultPod pod, bool keep)
    {
        while (true)
        {
            if ((await pod.AddAsync()).Succeeded)
            {
                Interlocked.Increment(ref _rounds);
                if (keep && _stopping.IsCancellationRequested)
                    return;
            }

            (await pod.DeleteAsync()).ExitCode.Should().Be(0, "DEL never fails");
            pod.Renew();
            if (!keep && _stopping.IsCancellationRequested)
                return;
        }
    }
}
