using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Cluster;

/// <summary>What reading the cluster logs. Event ids 1550 to 1599.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(1550, LogLevel.Warning, "the objects in {Directory} can not be read: {Reason}")]
    public static partial void FilesUnreadable(ILogger log, string directory, string reason);
}
