using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Policies;

/// <summary>What the rule loop logs. Event ids 1200 to 1249.</summary>
internal static partial class RuleLog
{
    [LoggerMessage(1200, LogLevel.Debug, "rules in force: {Added} elements added, {Removed} removed, rule set loaded anew: {Replaced}, {Milliseconds} ms")]
    public static partial void Applied(ILogger log, int added, int removed, SkeletonCondition? replaced, double milliseconds);

    [LoggerMessage(1201, LogLevel.Error, "the rules could not be brought in force; trying again: {Reason}")]
    public static partial void Failed(ILogger log, string reason, Exception error);
}
