namespace Overlay.Kube.Memory;

/// <summary>
/// Gives memory back after bursts. The collector lets garbage grow to the size of the processor's cache and more before it looks, and keeps what it
/// freed: after 20,000 watch events a process with 10 MB of live objects held 75 to 100 MB. One aggressive collection in a quiet moment brought it to 23.
/// </summary>
public static class IdleTrim
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // After so much garbage a collection is due in the next quiet moment.
    private const long Burst = 64 * 1024 * 1024;

    // Below this a collection is not worth its pause, however long ago the last one was.
    private const long Worthwhile = 8 * 1024 * 1024;

    // By so much the heap has grown when a collection is worth its pause sooner.
    private const long Growth = 6 * 1024 * 1024;

    // The collector lets the youngest generation grow to ten megabytes and more; so much garbage in it is worth the millisecond that its collection takes.
    private const long Young = 2 * 1024 * 1024;

    // What a quiet program allocates between two looks: timers, bookmarks, a heartbeat, a comparison of the kernel's rules.
    private const long Quiet = 4 * 1024 * 1024;

    // Where there are thousands of nodes the comparisons alone let the heap grow again; a collection a minute, of some 40 ms, is what that may cost.
    private const int LooksBetween = 12;

    // Elsewhere what they leave is small: after a program's start once, and then every five minutes, is enough.
    private const int LooksUntilOld = 60;

    /// <summary>Looks every 5 s until cancelled; run it beside the program's other loops.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <param name="time">The clock.</param>
    public static async Task RunAsync(CancellationToken cancel, TimeProvider? time = null)
    {
        using var timer = new PeriodicTimer(Look, time ?? TimeProvider.System);
        var (before, trimmed, held) = (0L, 0L, 0L);
        var (collections, collected) = (0, 0L);
        var looks = LooksUntilOld;
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var now = GC.GetTotalAllocatedBytes();
            looks++;
            if (GC.CollectionCount(0) is var count && count != collections)
                (collections, collected) = (count, before);
            if (IsDue(now - before, now - trimmed, Held() - held, looks))
            {
                // A few milliseconds for a heap of ten megabytes; nobody waits for us in a quiet moment.
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                ProgramPages.Release();
                (trimmed, held, looks) = (GC.GetTotalAllocatedBytes(), Held(), 0);
            }
            else if (now - before < Quiet && now - collected > Young)
            {
                GC.Collect(1, GCCollectionMode.Forced, blocking: true);
                (collections, collected) = (GC.CollectionCount(0), now);
            }

            before = now;
        }
    }

    /// <summary>Whether to collect now.</summary>
    /// <param name="lately">Bytes allocated since the last look.</param>
    /// <param name="inAll">Bytes allocated since the last collection of ours.</param>
    /// <param name="grown">Bytes that the heap holds more than after the last collection of ours.</param>
    /// <param name="looks">How many looks ago that was.</param>
    internal static bool IsDue(long lately, long inAll, long grown, int looks) =>
        lately < Quiet && (inAll > Burst || (looks > LooksBetween && grown > Growth) || (looks > LooksUntilOld && inAll > Worthwhile));

    private static long Held() => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
}
