namespace Overlay.NodeAgent.Addresses;

/// <summary>Which boot of this machine this is: after another one no wiring of before exists.</summary>
internal static class BootId
{
    /// <summary>The kernel's random id of this boot.</summary>
    public static string Read() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
