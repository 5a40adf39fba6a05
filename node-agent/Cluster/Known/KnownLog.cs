using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>What keeping known objects logs. Event ids 1650 to 1699.</summary>
internal static partial class KnownLog
{
    [LoggerMessage(1650, LogLevel.Warning, "the API server does not answer: starting from what this node knew at {Written:u} ({Path}); it is followed as soon as it is back")]
    public static partial void Started(ILogger log, string path, DateTimeOffset written);

    [LoggerMessage(1651, LogLevel.Error, "the API server does not answer, and what this node knew before is not usable and discarded: {Path}: {Reason}. The kernel's rules stay; pods start when the API server is back")]
    public static partial void Discarded(ILogger log, string path, string reason);

    [LoggerMessage(1652, LogLevel.Warning, "the API server does not answer, and nothing is known from before ({Path} is not there). The kernel's rules stay; pods start when the API server is back")]
    public static partial void NoFile(ILogger log, string path);

    [LoggerMessage(1653, LogLevel.Error, "what this node knows can not be written to {Path} ({Reason}), so the file goes: without the API server this agent could not start pods after a restart. Make room there; it is tried again")]
    public static partial void NotWritten(ILogger log, string path, string reason);

    [LoggerMessage(1654, LogLevel.Error, "{Path} can not be removed ({Reason}): remove it by hand, it is out of date")]
    public static partial void NotDeleted(ILogger log, string path, string reason);
}
