namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>
/// A limit on waiting that is longer on a busy machine: it passes in small steps, each of which has to be given the processor. When this process was
/// held up for a while, what came meanwhile is read before the limit is reached; a single timer would race it.
/// </summary>
internal sealed class Patience : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly int steps;
    private int left;

    private Patience(TimeSpan limit)
    {
        steps = left = (int)Math.Ceiling(limit / Step);
        _ = PassAsync();
    }

    /// <summary>Cancelled when the limit is reached.</summary>
    public CancellationToken Token => end.Token;

    /// <summary>On a machine that has nothing else to do it is as long as it says.</summary>
    public static Patience Of(TimeSpan limit) => new(limit);

    /// <summary>Begins to wait anew.</summary>
    public void Renew() => Volatile.Write(ref left, steps);

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }

    private async Task PassAsync()
    {
        var token = end.Token;
        try
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await Task.Delay(Step, token);
            }

            await end.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // What was waited for came.
        }
    }
}
