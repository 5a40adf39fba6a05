namespace Overlay.Kube.Watching;

/// <summary>Where a watch starts and when it ends.</summary>
public sealed record WatchOptions
{
    /// <summary>The version after which changes are told.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>After which time the server ends the watch by itself.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest silence, bookmarks being no silence, before the connection counts as dead.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
