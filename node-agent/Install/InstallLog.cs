using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Install;

/// <summary>What installing the plugin logs. Event ids 1600 to 1649.</summary>
internal static partial class InstallLog
{
    [LoggerMessage(1600, LogLevel.Information, "wrote {Path}")]
    public static partial void Wrote(ILogger log, string path);

    [LoggerMessage(1601, LogLevel.Information, "removed {Path}, which an agent wrote under another name")]
    public static partial void RemovedFormer(ILogger log, string path);

    [LoggerMessage(1602, LogLevel.Warning, "{Finding}")]
    public static partial void Found(ILogger log, string finding);
}
