using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Flows;

/// <summary>What the telling of flows itself logs (flows are lines of their own). Event ids 1450 to 1499.</summary>
internal static partial class FlowLog
{
    [LoggerMessage(1450, LogLevel.Warning, "denied and allowed connections can not be told: {Reason}; trying again every {Every} (is another agent, or another program with this group, running on the node?)")]
    public static partial void NotListening(ILogger log, string reason, TimeSpan every);

    [LoggerMessage(1451, LogLevel.Warning, "a logged packet could not be joined with names and policies, and is not told: {Reason}")]
    public static partial void NotJoined(ILogger log, string reason, Exception error);
}
