using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;

namespace Overlay.Kube.Leadership;

/// <summary>What an election says.</summary>
internal static partial class LeaderElectionLog
{
    [LoggerMessage(EventId = 231, Level = LogLevel.Information, Message = "{Identity} leads by lease {Lease}")]
    public static partial void Acquired(ILogger logger, ObjectKey lease, string identity);

    [LoggerMessage(EventId = 232, Level = LogLevel.Warning, Message = "{Identity} no longer leads by lease {Lease}, held by {Holder} now")]
    public static partial void Lost(ILogger logger, ObjectKey lease, string identity, string? holder);

    [LoggerMessage(EventId = 233, Level = LogLevel.Warning, Message = "Lease {Lease} could not be written: {Reason}")]
    public static partial void ClaimFailed(ILogger logger, ObjectKey lease, string reason);
}
