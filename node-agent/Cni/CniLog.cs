using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Cni;

/// <summary>What the CNI server logs. Event ids 1000 to 1099.</summary>
internal static partial class CniLog
{
    [LoggerMessage(1001, LogLevel.Debug, "{Command} done in {Milliseconds} ms")]
    public static partial void Done(ILogger log, string command, double milliseconds);

    [LoggerMessage(1002, LogLevel.Warning, "{Command} failed with code {Code}: {Reason}; {Details}")]
    public static partial void Failed(ILogger log, string command, int code, string reason, string details);

    [LoggerMessage(1003, LogLevel.Error, "{Command} failed in an unforeseen way")]
    public static partial void Unforeseen(ILogger log, string command, Exception error);

    [LoggerMessage(1004, LogLevel.Warning, "a client of the CNI socket was refused: {Reason}")]
    public static partial void Refused(ILogger log, string reason);

    [LoggerMessage(1006, LogLevel.Error, "settling a call after its answer failed")]
    public static partial void SettleFailed(ILogger log, Exception error);

    [LoggerMessage(1007, LogLevel.Information, "carried out a DEL that was kept while the agent was away ({File})")]
    public static partial void TombstoneDone(ILogger log, string file);

    [LoggerMessage(1008, LogLevel.Warning, "a kept DEL could not be carried out and stays for the next pass ({File}): {Reason}")]
    public static partial void TombstoneFailed(ILogger log, string file, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "a kept DEL can not be read and is dropped ({File}): {Reason}; garbage collection takes over")]
    public static partial void TombstoneUnreadable(ILogger log, string file, string reason);
}
