namespace Overlay.Lab.State;

/// <summary>The control groups of containers that a lab's runtime made, below one of the lab's own name: in each hierarchy, or in the one that there is.</summary>
internal static class ControlGroups
{
    private const string Root = "/sys/fs/cgroup";

    public static IReadOnlyList<string> Of(LabInstance instance) =>
        Directory.Exists(Root)
            ? [.. Directory.EnumerateDirectories(Root).Prepend(Root).Select(hierarchy => Path.Combine(hierarchy, instance.Prefix)).Where(Directory.Exists)]
            : [];

    /// <summary>Once their processes are gone. What the kernel still holds stays for the next time.</summary>
    public static void Remove(LabInstance instance)
    {
        foreach (var group in Of(instance))
            Remove(group);
    }

    private static void Remove(string group)
    {
        foreach (var child in Directory.EnumerateDirectories(group))
            Remove(child);
        try
        {
            Directory.Delete(group);
        }
        catch (IOException)
        {
            // EBUSY: a process of it is just ending.
        }
    }
}
