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

    /// <summary>Key of the plugin's configuration with another socket path, as the host sees it. The agent writes it when it installs the plugin.</summary>
    public const string SocketKey = "socket";

    /// <summary>Key of the plugin's configuration with another tombstone directory, see <see cref="SocketKey"/>.</summary>
    public const string TombstonesKey = "tombstones";

    /// <summary>Where runtimes keep pods' network namespaces: the folder that the plugin opens for the agent when the call names no namespace.</summary>
    public const string DefaultNamespaces = "/var/run/netns";

    /// <summary>
    /// What the name of a file beside the socket adds to the socket's: there the agent notes, in milliseconds since this boot and every
    /// <see cref="ReadyEveryMilliseconds"/>, that it is ready.
    /// </summary>
    public const string ReadySuffix = ".ready";

    /// <summary>How often the note is renewed.</summary>
    public const long ReadyEveryMilliseconds = 5_000;

    /// <summary>
    /// How long STATUS bears with an agent that was ready and is away, or starts. A runtime whose network is not ready makes the node NotReady, and then every
    /// Service loses the node's pods, although their traffic does not need the agent: an upgrade must not do that.
    /// </summary>
    public const long RestartPatienceMilliseconds = 300_000;

    /// <summary>Whether such a note says that the agent was ready a short while ago. One of another boot is later than now, or old.</summary>
    /// <param name="note">The file's text.</param>
    /// <param name="now">Milliseconds since this boot.</param>
    public static bool WasReady(System.ReadOnlySpan<byte> note, long now) =>
        System.Buffers.Text.Utf8Parser.TryParse(note, out long at, out _) && at <= now && now - at <= RestartPatienceMilliseconds;

    /// <summary>How the names of finished tombstones end; what does not end so is still being written.</summary>
    public const string TombstoneSuffix = ".del";

    /// <summary>The spec versions that this plugin answers in, oldest first.</summary>
    public const string SupportedVersions = "\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"";

    /// <summary>The newest of <see cref="SupportedVersions"/>.</summary>
    public const string NewestVersion = "1.1.0";
}
