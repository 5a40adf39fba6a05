using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Vtep;

/// <summary>What the VTEP logs. Event ids 1400 to 1449.</summary>
internal static partial class VtepLog
{
    [LoggerMessage(1400, LogLevel.Information, "made the VTEP: {Device}")]
    public static partial void Created(ILogger log, string device);

    [LoggerMessage(1401, LogLevel.Warning, "the VTEP was {Was} and is made anew: {Device}")]
    public static partial void Remade(ILogger log, string was, string device);

    [LoggerMessage(1402, LogLevel.Warning, "mended the VTEP: {Change}")]
    public static partial void Changed(ILogger log, string change);

    [LoggerMessage(1403, LogLevel.Information, "programmed: +{Addresses} addresses, +{Routes} routes, +{Neighbours} neighbours, +{Forwarding} forwarding entries, -{Removed} of all")]
    public static partial void Programmed(ILogger log, int addresses, int routes, int neighbours, int forwarding, int removed);

    [LoggerMessage(1404, LogLevel.Warning, "{Setting} was 0: switched on, since this node must forward for its pods")]
    public static partial void ForwardingEnabled(ILogger log, string setting);

    [LoggerMessage(1405, LogLevel.Warning, "this node can not take part: {Reason}")]
    public static partial void Waiting(ILogger log, string reason);

    [LoggerMessage(1406, LogLevel.Error, "the pass over the node's network failed: {Reason}")]
    public static partial void PassFailed(ILogger log, string reason);

    [LoggerMessage(1407, LogLevel.Warning, "{Problem}")]
    public static partial void SubnetProblem(ILogger log, string problem);

    [LoggerMessage(1408, LogLevel.Error, "listening to the kernel ended ({Reason}); the sweep goes on")]
    public static partial void WatchEnded(ILogger log, string reason);

    [LoggerMessage(1409, LogLevel.Information, "checksum offload of the VTEP switched {State}")]
    public static partial void ChecksumOffload(ILogger log, string state);
}
