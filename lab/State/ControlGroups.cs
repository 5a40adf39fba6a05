namespace Overlay.Lab.State;

/// <summary>The control groups of containers that a lab's runtime made, below one of the lab's own name: in each hierarchy, or in the one that there is.</summary>
internal static class ControlGroups
{
    private const string Root = "/sys/fs/cgroup";

    public static IReadOnlyList<string> Of(LabInstance instance) =>
        Directory.Exists(Root)
            ? [.. Directory.EnumerateDirectories(Root).Prepend(Root).Select(hierarchy => Path.Combine(hierarchy, instance.Prefix)).Where(Directory.Exists)]
            : [];

    /// <summary>Once their processes are killed: the kernel lets a group go a moment later. What it still holds then stays for the next time.</summary>
    public static async Task RemoveAsync(LabInstance instance)
    {
        for (var tries = 0; tries < 50 && Of(instance) is { Count: > 0 } left; tries++)
        {
            foreach (var group in left)
                Remove(group);
            await Task.Delay(20);
        }
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
