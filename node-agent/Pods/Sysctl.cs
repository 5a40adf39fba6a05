namespace Overlay.NodeAgent.Pods;

/// <summary>Settings below /proc/sys/net of the calling thread's network namespace.</summary>
internal static class Sysctl
{
    /// <summary>
    /// Where they are. Another mount of the kernel's own folder does as well, and a container that is not privileged needs one: its
    /// /proc/sys is read-only. Whose settings are seen goes by the thread that looks (kernel: net/sysctl_net.c), not by the mount.
    /// Set once, before anything runs.
    /// </summary>
    public static string Folder { get; set; } = AgentOptions.DefaultSysctls;

    /// <summary>Writes a setting; false when the kernel does not have it (IPv6 switched off at boot, a device that has just gone).</summary>
    public static bool TryWrite(string setting, string value)
    {
        try
        {
            // Not WriteAllText: it would truncate first, which some of these files refuse.
            using var file = new FileStream(Path.Combine(Folder, setting), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(value));
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Reads a setting; null when the kernel does not have it.</summary>
    public static string? TryRead(string setting)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Folder, setting)).Trim();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
