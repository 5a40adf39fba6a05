using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Preflight;

/// <summary>What looking at the node logs. Event ids 1700 to 1749.</summary>
internal static partial class PreflightLog
{
    [LoggerMessage(1700, LogLevel.Warning, "{Reason}: {Finding}")]
    public static partial void Found(ILogger log, string reason, string finding);

    [LoggerMessage(1701, LogLevel.Warning, "the node could not be looked at: {Reason}; it is tried again")]
    public static partial void Failed(ILogger log, string reason);
}
