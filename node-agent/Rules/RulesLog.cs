using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Rules;

/// <summary>What the rules say to the log.</summary>
internal static partial class RulesLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Rules loaded whole ({Reason}) with {Elements} elements")]
    internal static partial void Loaded(this ILogger log, SkeletonCondition reason, int elements);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Debug, Message = "Rules: {Added} elements added, {Removed} removed")]
    internal static partial void Written(this ILogger log, int added, int removed);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Somebody changed our rules in the kernel; mended: {Added} elements added, {Removed} removed, whole rule set loaded: {Replaced}")]
    internal static partial void Repaired(this ILogger log, int added, int removed, SkeletonCondition? replaced);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "Our rules could not be compared with the kernel's; tried again within {Sweep}")]
    internal static partial void RepairFailed(this ILogger log, TimeSpan sweep, Exception cause);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "{Where} drops what is forwarded; {Program} appended accept rules for the overlay's interfaces (comment: overlay)")]
    internal static partial void ForwardingOpened(this ILogger log, string where, string program);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Error, Message = "Somebody else's firewall stops pods' packets. {Advice}")]
    internal static partial void ForwardingBlocked(this ILogger log, string advice);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Information, Message = "Connections forgotten: {Count}")]
    internal static partial void ConnectionsForgotten(this ILogger log, int count);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "Others' firewalls or the connection table could not be looked at; tried again in {Interval}")]
    internal static partial void UpkeepFailed(this ILogger log, TimeSpan interval, Exception cause);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Information, Message = "The rule engine was {Before} and is {Now}")]
    internal static partial void BackendChanged(this ILogger log, string before, string now);
}
