using System.Globalization;

namespace Overlay.Kube.Metrics;

/// <summary>The process's own figures under the names that Prometheus' client libraries agreed on.</summary>
public static class ProcessMetrics
{
    /// <summary>Adds them.</summary>
    /// <param name="metrics">The program's metrics.</param>
    public static void AddTo(MetricRegistry metrics)
    {
        metrics.Gauge("process_resident_memory_bytes", "Resident memory.", ResidentBytes);
        metrics.Gauge("process_open_fds", "Open file descriptors.", () => Entries("/proc/self/fd"));
        metrics.Gauge("process_threads", "Threads.", () => Entries("/proc/self/task"));
        metrics.Counter("process_cpu_seconds_total", "Processor time, user and system.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        metrics.Gauge("dotnet_gc_heap_bytes", "Managed heap after the last collection.", () => GC.GetGCMemoryInfo().HeapSizeBytes);
        metrics.Counter("dotnet_gc_collections_total", "Garbage collections.", () => GC.CollectionCount(0));
    }

    // proc_pid_statm(5): the second field is the resident set, in pages.
    private static double ResidentBytes()
    {
        var fields = File.ReadAllText("/proc/self/statm").Split(' ');
        return double.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    private static double Entries(string directory) => Directory.EnumerateFileSystemEntries(directory).Count();
}
