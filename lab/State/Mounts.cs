namespace Overlay.Lab.State;

/// <summary>File systems mounted inside a lab's folder (a test gives an agent a small disk).</summary>
internal static class Mounts
{
    private const int Detach = 2;

    public static IReadOnlyList<string> Below(string folder) =>
    [
        .. File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)),
    ];

    public static void UnmountBelow(string folder)
    {
        foreach (var path in Below(folder).Reverse())
            _ = Native.Libc.Unmount(path, Detach);
    }

    public static void MountTmpfs(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        if (Native.Libc.Mount("tmpfs", folder, "tmpfs", 0, $"size={bytes}") < 0)
            throw new IOException($"A tmpfs of {bytes} bytes can not be mounted on {folder}: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
