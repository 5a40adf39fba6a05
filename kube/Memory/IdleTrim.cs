namespace Overlay.Kube.Memory;

/// <summary>
/// Gives memory back after bursts. The collector lets garbage grow to the size of the processor's cache and more before it looks, and keeps what it
/// freed: after 20,000 watch events a process with 10 MB of live objects held 75 to 100 MB. One aggressive collection in a quiet moment brought it to 23.
/// </summary>
public static class IdleTrim
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // After so much a collection is due in the next quiet moment.
    private const long Burst = 64 * 1024 * 1024;

    // Below this a collection is not worth its pause.
    private const long Worthwhile = 8 * 1024 * 1024;

    // What a quiet program allocates between two looks: timers, bookmarks, a heartbeat, a comparison of the kernel's rules.
    private const long Quiet = 4 * 1024 * 1024;

    // The comparisons alone would make a collection due twice a minute; that often is not worth it once the first burst is over.
    private const int LooksBetween = 60;

    /// <summary>Looks every 5 s until cancelled; run it beside the program's other loops.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <param name="time">The clock.</param>
    public static async Task RunAsync(CancellationToken cancel, TimeProvider? time = null)
    {
        using var timer = new PeriodicTimer(Look, time ?? TimeProvider.System);
        var before = 0L;
        var trimmed = 0L;
        var looks = LooksBetween;
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var now = GC.GetTotalAllocatedBytes();
            looks++;
            if (IsDue(now - before, now - trimmed) && (looks > LooksBetween || now - trimmed > Burst))
            {
                // A few milliseconds for a heap of ten megabytes; nobody waits for us in a quiet moment.
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                ProgramPages.Release();
                trimmed = GC.GetTotalAllocatedBytes();
                looks = 0;
            }

            before = now;
        }
    }

    /// <summary>Whether to collect now.</summary>
    /// <param name="lately">Bytes allocated since the last look.</param>
    /// <param name="inAll">Bytes allocated since the last collection of ours.</param>
    internal static bool IsDue(long lately, long inAll) => lately < Quiet && inAll > Worthwhile;
}
