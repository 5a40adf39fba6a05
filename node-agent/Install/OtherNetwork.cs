namespace Overlay.NodeAgent.Install;

/// <summary>A network configuration on this node that leads pods past Overlay.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Wins">Whether the runtime takes it instead of ours.</param>
internal sealed record OtherNetwork(string File, bool Wins)
{
    /// <summary>What runtimes look for (libcni, ConfFiles).</summary>
    private static readonly string[] Extensions = [".conf", ".conflist", ".json"];

    /// <summary>Whether a runtime reads a file of this name.</summary>
    public static bool IsRead(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.Ordinal);

    /// <summary>Finds them. Pure.</summary>
    /// <param name="files">The directory's files that runtimes read, each with whether it calls Overlay.</param>
    /// <param name="ours">The name of our own file.</param>
    public static IEnumerable<OtherNetwork> Among(IEnumerable<(string Name, bool CallsOverlay)> files, string ours)
    {
        // Runtimes sort by bytes and use the first (containerd: max_conf_num 1).
        var ahead = true;
        foreach (var (name, callsOverlay) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            ahead &= !callsOverlay && string.CompareOrdinal(name, ours) < 0;
            if (!callsOverlay)
                yield return new OtherNetwork(name, ahead);
        }
    }
}
