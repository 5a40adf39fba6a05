using Overlay.Cni.Frames;
using Overlay.NodeAgent.Cluster.Known;
using Overlay.NodeAgent.Files;
using Overlay.NodeAgent.Install;

namespace Overlay.NodeAgent.Cleanup;

/// <summary>Removes our files, by their names: a directory that somebody else uses too keeps what is theirs.</summary>
internal sealed class FileCleanup(AgentOptions options, CleanupReport report)
{
    /// <summary>The network's configuration, so that the runtime calls us no more: everything an agent wrote, under whatever name.</summary>
    public void Configuration()
    {
        if (options.Install is not { } install || !Directory.Exists(install.ConfDirectory))
            return;
        foreach (var path in Directory.GetFiles(install.ConfDirectory).Where(IsOurConfiguration))
            Delete(path);
        Delete(WholeFile.Beside(install.InstalledConf));
    }

    /// <summary>The plugin, last of all: until then a DEL is answered or kept.</summary>
    public void Plugin()
    {
        if (options.Install is not { } install)
            return;
        Delete(install.InstalledPlugin);
        Delete(WholeFile.Beside(install.InstalledPlugin));
    }

    /// <summary>The plugin <c>loopback</c>, if an agent put it there and no other network is left that may need it. After the configuration, before the state.</summary>
    public void Loopback()
    {
        if (options.Install is not { } install)
            return;
        var loopback = new Loopback(install.LoopbackFile, install.BinDirectory, install.LoopbackRecord);
        report.Try(loopback.Installed, () =>
        {
            if (!loopback.IsOurs)
                return false;
            if (Matching(install.ConfDirectory, "*").FirstOrDefault(path => OtherNetwork.IsRead(Path.GetFileName(path))) is { } other)
            {
                report.Note($"{loopback.Installed} stays, although an agent put it there: the network of {other} may need it");
                return false;
            }

            File.Delete(loopback.Installed);
            return true;
        });
        Delete(WholeFile.Beside(loopback.Installed));
    }

    /// <summary>What the agent keeps: attachments, what it knew of the cluster, DELs that waited for it, its socket.</summary>
    public void State()
    {
        var loopback = Path.Combine(options.StateDirectory, InstallOptions.LoopbackRecordName);
        var known = Path.Combine(options.StateDirectory, KnownObjects.FileName);
        foreach (var path in Matching(options.StateDirectory, "attachments.db*").Concat([known, WholeFile.Beside(known), loopback, WholeFile.Beside(loopback)]))
            Delete(path);
        foreach (var path in Matching(options.Tombstones, "*" + Meeting.TombstoneSuffix).Concat(Matching(options.Tombstones, "*.tmp")))
            Delete(path);
        RemoveDirectory(options.Tombstones);
        RemoveDirectory(options.StateDirectory);
        foreach (var path in (string[])[options.Socket, options.Socket + ".new", options.Socket + Meeting.ReadySuffix, options.AskSocket, options.AskSocket + ".new"])
            Delete(path);
        RemoveDirectory(Path.GetDirectoryName(options.Socket)!);
    }

    private static bool IsOurConfiguration(string path) => OtherNetwork.IsRead(Path.GetFileName(path)) && Conflist.IsOurs(File.ReadAllBytes(path));

    private static string[] Matching(string directory, string pattern) => Directory.Exists(directory) ? Directory.GetFiles(directory, pattern) : [];

    private void Delete(string path) =>
        report.Try(path, () =>
        {
            var there = File.Exists(path);
            if (there)
                File.Delete(path);
            return there;
        });

    private void RemoveDirectory(string path)
    {
        if (!Directory.Exists(path))
            return;
        if (Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).ToArray() is { Length: > 0 } others)
        {
            report.Stayed(path, $"it holds {string.Join(", ", others)}, which no agent of this version wrote; look, and remove it by hand");
            return;
        }

        try
        {
            Directory.Delete(path);
            report.Did(path);
        }
        catch (IOException)
        {
            // EBUSY: a volume's mount point, empty now.
            report.Note($"{path} is empty; it is mounted here and goes with this container");
        }
    }
}
