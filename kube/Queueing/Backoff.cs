namespace Overlay.Kube.Queueing;

/// <summary>
/// How long to wait after a failure: the time doubles with each failure in a row up to a limit, and half of it is left to chance,
/// so that five thousand agents which lost one API server do not come back in step.
/// </summary>
/// <param name="First">The wait after the first failure, at most.</param>
/// <param name="Longest">The longest wait.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>For requests to the API server: half a second to half a minute.</summary>
    public static readonly Backoff Requests = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));

    /// <summary>For connections that are refused: half a second to five. They cost a server nothing, and it should be found soon once it is back.</summary>
    public static readonly Backoff Refusals = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    /// <summary>For one key of a work queue: 5 ms, as in client-go, to a quarter of a minute: nobody waits longer for what is possible again.</summary>
    public static readonly Backoff Keys = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(15));

    /// <summary>The wait.</summary>
    /// <param name="failures">How many failures there were in a row, 1 or more.</param>
    /// <param name="chance">0 to 1: where in the upper half of the wait; null draws it.</param>
    public TimeSpan Wait(int failures, double? chance = null)
    {
        var full = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 40)));
        return TimeSpan.FromMilliseconds(full * (1 + (chance ?? Random.Shared.NextDouble())) / 2);
    }
}
