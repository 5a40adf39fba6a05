using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Sockets;

/// <summary>What the agent's own sockets log. Event ids 1700 to 1799.</summary>
internal static partial class SocketLog
{
    [LoggerMessage(1700, LogLevel.Information, "serving on {Socket}")]
    public static partial void Serving(ILogger log, string socket);

    [LoggerMessage(1701, LogLevel.Warning, "a client of {Socket} was refused: {Reason}")]
    public static partial void Refused(ILogger log, string socket, string reason);

    [LoggerMessage(1702, LogLevel.Warning, "accepting on {Socket} failed; trying again")]
    public static partial void AcceptFailed(ILogger log, string socket, Exception error);

    [LoggerMessage(1703, LogLevel.Error, "serving a client of {Socket} failed in an unforeseen way")]
    public static partial void Unforeseen(ILogger log, string socket, Exception error);
}
