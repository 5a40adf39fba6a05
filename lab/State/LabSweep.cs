using Overlay.Netlink;

namespace Overlay.Lab.State;

/// <summary>Clears whatever a lab left, in whatever state it was interrupted. Trusts no record: looks at the machine.</summary>
public static class LabSweep
{
    /// <summary>What was found and cleared.</summary>
    /// <param name="Processes">Processes ended.</param>
    /// <param name="Namespaces">Network namespaces removed, with every device in them.</param>
    /// <param name="Files">Whether files were removed.</param>
    public sealed record Swept(int Processes, int Namespaces, bool Files)
    {
        /// <summary>Whether there was nothing.</summary>
        public bool Nothing => this is { Processes: 0, Namespaces: 0, Files: false };
    }

    /// <summary>Ends the processes, removes the namespaces, unmounts and deletes the files.</summary>
    /// <param name="instance">The lab.</param>
    public static async Task<Swept> RunAsync(LabInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var processes = 0;
        for (var round = 0; round < 50; round++)
        {
            // Again until none is left: one may have started another between our look and our blow.
            var found = OwnedProcesses.Of(instance);
            if (found.Count == 0)
                break;
            processes += round == 0 ? found.Count : 0;
            foreach (var process in found)
                process.Kill();
            await Task.Delay(20);
        }

        var namespaces = 0;
        foreach (var name in NetworkNamespace.Names().Where(instance.Owns))
        {
            try
            {
                namespaces += NetworkNamespace.Delete(name) ? 1 : 0;
            }
            catch (NetlinkException)
            {
                File.Delete(Path.Combine(NetworkNamespace.NamedFolder, name));
            }
        }

        Mounts.UnmountBelow(instance.Folder);
        await ControlGroups.RemoveAsync(instance);
        var files = Directory.Exists(instance.Folder);
        if (files)
            Directory.Delete(instance.Folder, recursive: true);
        return new Swept(processes, namespaces, files);
    }

    /// <summary>What a lab has on this machine right now, each as a word for people. Empty when it is gone.</summary>
    /// <param name="instance">The lab.</param>
    public static IReadOnlyList<string> Leftovers(LabInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return
        [
            .. OwnedProcesses.Of(instance).Select(p => $"process {p.Id} {p.CommandLine}"),
            .. NetworkNamespace.Names().Where(instance.Owns).Select(n => $"namespace {n}"),
            .. Mounts.Below(instance.Folder).Select(m => $"mount {m}"),
            .. ControlGroups.Of(instance).Select(g => $"control group {g}"),
            .. Directory.Exists(instance.Folder) ? [$"folder {instance.Folder}"] : Array.Empty<string>(),
        ];
    }
}
