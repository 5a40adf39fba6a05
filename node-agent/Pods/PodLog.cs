using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Pods;

/// <summary>What wiring pods logs. Event ids 1300 to 1349.</summary>
internal static partial class PodLog
{
    [LoggerMessage(1300, LogLevel.Information, "added {Pod} as {Attachment}: {Addresses} on {Veth}, tag {Tag}, {Milliseconds} ms")]
    public static partial void Added(ILogger log, string pod, string attachment, string addresses, string veth, string tag, double milliseconds);

    [LoggerMessage(1301, LogLevel.Information, "removed {Attachment}: {Addresses}")]
    public static partial void Removed(ILogger log, string attachment, string addresses);

    [LoggerMessage(1302, LogLevel.Warning, "the answer of ADD for {Attachment} did not reach the runtime: undone")]
    public static partial void Undelivered(ILogger log, string attachment);

    [LoggerMessage(1303, LogLevel.Warning, "the tag of {Pod} was not known within {Seconds} s: it starts as an unknown pod, which only policies without selectors let in; is the operator running?")]
    public static partial void TagUnknown(ILogger log, string pod, double seconds);

    [LoggerMessage(1304, LogLevel.Warning, "adopted {Attachment} ({Addresses}) from the kernel: the records did not know it")]
    public static partial void Adopted(ILogger log, string attachment, string addresses);

    [LoggerMessage(1305, LogLevel.Information, "dropped {Attachment}: its wire is gone")]
    public static partial void Dropped(ILogger log, string attachment);

    [LoggerMessage(1306, LogLevel.Warning, "removed the half-made veth {Veth}")]
    public static partial void HalfMade(ILogger log, string veth);

    [LoggerMessage(1307, LogLevel.Warning, "the veth of {Addresses} can not be told whose it is; its addresses stay out of use")]
    public static partial void Unnamed(ILogger log, string addresses);

    [LoggerMessage(1308, LogLevel.Warning, "repaired {Count} things on pods' wires")]
    public static partial void Repaired(ILogger log, int count);

    [LoggerMessage(1309, LogLevel.Warning, "{Step} failed: {Reason}")]
    public static partial void StepFailed(ILogger log, string step, string reason);

    [LoggerMessage(1310, LogLevel.Debug, "removed the devices of {Count} wires that were cut, {Milliseconds} ms")]
    public static partial void DevicesRemoved(ILogger log, int count, double milliseconds);

    [LoggerMessage(1311, LogLevel.Warning, "cut wires could not be removed; they stay cut and it is tried again: {Reason}")]
    public static partial void RemovalFailed(ILogger log, string reason);
}
