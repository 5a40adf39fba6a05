using System.Runtime.InteropServices;

namespace Overlay.Kube.Leadership;

/// <summary>
/// A monotonic clock that also counts the time the machine was asleep. CLOCK_MONOTONIC, which .NET's Stopwatch reads, goes on while a process is
/// stopped (SIGSTOP, a frozen cgroup) but stands still while the machine is suspended; CLOCK_BOOTTIME counts both (clock_gettime(2)).
/// </summary>
/// <remarks>A leader must notice both, or it goes on by a lease that another holds. Nothing here depends on the wall clock.</remarks>
public sealed partial class BootClock : TimeProvider
{
    private const int ClockBoottime = 7;
    private const long Nanosecond = 1_000_000_000;

    private BootClock()
    {
    }

    /// <summary>The clock.</summary>
    public static BootClock Instance { get; } = new();

    /// <inheritdoc />
    public override long TimestampFrequency => Nanosecond;

    /// <inheritdoc />
    public override long GetTimestamp() =>
        ClockGetTime(ClockBoottime, out var now) == 0
            ? (now.Seconds * Nanosecond) + now.Nanoseconds
            : throw new InvalidOperationException("clock_gettime(CLOCK_BOOTTIME) failed, which no Linux since 2.6.39 does.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockGetTime(int clock, out TimeSpec now);

    /// <summary>struct timespec on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
