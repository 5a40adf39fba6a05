namespace Overlay.Cni.Frames;

/// <summary>Where plugin and agent of one node meet. This file is compiled into both.</summary>
internal static class Meeting
{
    /// <summary>The agent's socket unless the environment says otherwise.</summary>
    public const string DefaultSocket = "/run/overlay/agent.sock";

    /// <summary>The directory where a DEL that found no agent leaves its frame, unless the environment says otherwise.</summary>
    public const string DefaultTombstones = "/var/lib/overlay/cni-tombstones";

    /// <summary>
    /// Environment variable with another socket path. It is for machines that play several nodes (the lab, tests): there the
    /// caller of the plugin is ours. A runtime passes its own environment on, so a node installed elsewhere sets it there.
    /// </summary>
    public const string SocketVariable = "OVERLAY_SOCKET";

    /// <summary>Environment variable with another tombstone directory, see <see cref="SocketVariable"/>.</summary>
    public const string TombstonesVariable = "OVERLAY_TOMBSTONES";

    /// <summary>How the names of finished tombstones end; what does not end so is still being written.</summary>
    public const string TombstoneSuffix = ".del";

    /// <summary>The spec versions that this plugin answers in, oldest first.</summary>
    public const string SupportedVersions = "\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"";

    /// <summary>The newest of <see cref="SupportedVersions"/>.</summary>
    public const string NewestVersion = "1.1.0";
}
