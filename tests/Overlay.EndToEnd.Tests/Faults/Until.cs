namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Bounded waiting: every fault test says how long healing may take, and fails with what was seen last.</summary>
internal static class Until
{
    /// <summary>Asks until the answer is yes; returns how long that took.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="ask">The question.</param>
    /// <param name="seen">What was seen instead, for the message.</param>
    public static async Task<TimeSpan> TrueAsync(TimeSpan patience, string what, Func<Task<bool>> ask, Func<string>? seen = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await ask())
        {
            if (TimeProvider.System.GetElapsedTime(began) > patience)
                throw new TimeoutException($"waited {patience.TotalSeconds} s for {what}. {seen?.Invoke()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <inheritdoc cref="TrueAsync(TimeSpan, string, Func{Task{bool}}, Func{string}?)"/>
    public static Task<TimeSpan> TrueAsync(TimeSpan patience, string what, Func<bool> ask, Func<string>? seen = null) =>
        TrueAsync(patience, what, () => Task.FromResult(ask()), seen);

    /// <summary>Asks until there is an answer.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="patience">How long at most.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="ask">The question; null: not yet.</param>
    public static async Task<T> ValueAsync<T>(TimeSpan patience, string what, Func<Task<T?>> ask)
        where T : class
    {
        T? answer = null;
        await TrueAsync(patience, what, async () => (answer = await ask()) is not null);
        return answer!;
    }
}
