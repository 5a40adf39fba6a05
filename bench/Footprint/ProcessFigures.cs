using System.Globalization;

namespace Overlay.Bench.Footprint;

/// <summary>What a process costs the node, from proc(5).</summary>
internal static class ProcessFigures
{
    /// <summary>Resident memory in MB: pages of programs and libraries, which several processes share, included.</summary>
    public static double Resident(int process) => Status(process, "VmRSS:");

    /// <summary>Of it the pages that nobody shares and no file holds, in MB.</summary>
    public static double Anonymous(int process) => Status(process, "RssAnon:");

    /// <summary>Processor time so far.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        // Fields 14 and 15, counted behind the name, which may hold blanks; in ticks of 1/100 s.
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private static double Status(int process, string name)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
