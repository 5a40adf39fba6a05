using System.Globalization;

namespace Overlay.Lab.State;

/// <summary>Finds the processes that carry a lab's mark in their environment.</summary>
public static class OwnedProcesses
{
    /// <summary>All of them but this one.</summary>
    /// <param name="instance">The lab.</param>
    public static IReadOnlyList<OwnedProcess> Of(LabInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var mark = $"{LabInstance.Variable}={instance.Prefix}";
        var found = new List<OwnedProcess>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && Read(id, "environ").Split('\0').Contains(mark, StringComparer.Ordinal)
                && StartTimeOf(id) is { } started)
                found.Add(new OwnedProcess(id, started, Read(id, "cmdline").Replace('\0', ' ').Trim()));
        }

        return found;
    }

    /// <summary>When a process started, clock ticks since boot (field 22 of proc(5) stat); null if it is gone or a zombie.</summary>
    /// <param name="id">The process id.</param>
    public static ulong? StartTimeOf(int id)
    {
        // The command name, in parentheses, may hold anything: count from the last parenthesis.
        var stat = Read(id, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not "Z" and not "X" ? ulong.Parse(fields[19], CultureInfo.InvariantCulture) : null;
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
