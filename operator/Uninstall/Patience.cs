using Overlay.Kube.Entities;

namespace Overlay.Operator.Uninstall;

/// <summary>Asks the API server again and again, and bears with one that is away.</summary>
internal static class Patience
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks until the answer will do, or the time is over; then the last answer, null when there never was one.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="willDo">Whether the answer is what is waited for.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<T?> UntilAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> willDo, CancellationToken cancel)
        where T : class
    {
        T? last = null;
        try
        {
            while (true)
            {
                try
                {
                    last = await ask(cancel);
                    if (willDo(last))
                    {
                        return last;
                    }
                }
                catch (KubernetesException e) when (e.IsTransient)
                {
                    // Uninstalling takes the network away: the way to the API server may be interrupted for a moment.
                }

                await Task.Delay(Pause, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            return last;
        }
    }
}
