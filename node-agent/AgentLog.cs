using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent;

/// <summary>What the agent as a whole logs. Event ids 1500 to 1549.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(1500, LogLevel.Information, "overlay-agent {Version} starts for node {Node}")]
    public static partial void Starting(ILogger log, string version, string node);

    [LoggerMessage(1501, LogLevel.Information, "probes and metrics on {Endpoint}")]
    public static partial void Probes(ILogger log, string endpoint);

    [LoggerMessage(1502, LogLevel.Information, "stopped; pods, VTEP and rules stay as they are")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(1503, LogLevel.Critical, "a part of the agent ended by itself; stopping, to be started anew")]
    public static partial void PartEnded(ILogger log, Exception? cause);
}
