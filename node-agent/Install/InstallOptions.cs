namespace Overlay.NodeAgent.Install;

/// <summary>Where the plugin and its configuration go, as the container runtime of this node reads them.</summary>
/// <param name="BinDirectory">The runtime's plugin directory, as <c>/opt/cni/bin</c>.</param>
/// <param name="ConfDirectory">The runtime's configuration directory, as <c>/etc/cni/net.d</c>.</param>
/// <param name="PluginFile">The plugin to install.</param>
/// <param name="ConfName">The configuration's file name; runtimes take the first of the directory by name.</param>
/// <param name="Socket">The agent's socket, as the host sees it.</param>
/// <param name="Tombstones">Where the plugin keeps DELs, as the host sees it.</param>
internal sealed record InstallOptions(string BinDirectory, string ConfDirectory, string PluginFile, string ConfName, string Socket, string Tombstones)
{
    /// <summary>Where the image has the plugin.</summary>
    public const string DefaultPluginFile = "/opt/overlay/bin/overlay";

    /// <summary>Where runtimes look unless told otherwise.</summary>
    public const string DefaultConfDirectory = "/etc/cni/net.d";

    /// <summary>The usual file name.</summary>
    public const string DefaultConfName = "10-overlay.conflist";

    /// <summary>The name of the file in the state directory that remembers a <c>loopback</c> of ours.</summary>
    public const string LoopbackRecordName = "loopback-installed";

    /// <summary>The <c>loopback</c> plugin to install where the plugin directory has none; null: none.</summary>
    public string? LoopbackFile { get; init; }

    /// <summary>Where it is remembered that it was installed.</summary>
    public string LoopbackRecord { get; init; } = "/var/lib/overlay/" + LoopbackRecordName;

    /// <summary>The plugin's place.</summary>
    public string InstalledPlugin => Path.Combine(BinDirectory, Conflist.PluginType);

    /// <summary>The configuration's place.</summary>
    public string InstalledConf => Path.Combine(ConfDirectory, ConfName);
}
