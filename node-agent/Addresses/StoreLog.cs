using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Addresses;

/// <summary>What the attachment store logs. Event ids 1100 to 1149.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1100, LogLevel.Information, "the machine was rebooted: the attachments in {Path} are discarded")]
    public static partial void Rebooted(ILogger log, string path);

    [LoggerMessage(1101, LogLevel.Error, "the attachment store {Path} is damaged ({Reason}): it is put aside as *.damaged and made anew from what can be proven")]
    public static partial void Damaged(ILogger log, string path, string reason);

    [LoggerMessage(1102, LogLevel.Error, "a row of the attachment store {Path} (container {Container}) is damaged and is left out; the kernel's state takes its place")]
    public static partial void DamagedRow(ILogger log, string path, string container);

    [LoggerMessage(1103, LogLevel.Warning, "the attachment store {Path} is for agents from format {Since} on, and this one reads {Format}: it is put aside as *.newer, and what the kernel has takes its place")]
    public static partial void TooNew(ILogger log, string path, long since, int format);
}
