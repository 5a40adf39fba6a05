using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;

namespace Overlay.Kube.Watching;

/// <summary>What a reflector says.</summary>
internal static partial class ReflectorLog
{
    [LoggerMessage(EventId = 211, Level = LogLevel.Debug, Message = "Listed {Plural}: {Count} at version {Version}")]
    public static partial void Listed(ILogger logger, string plural, int count, string? version);

    [LoggerMessage(EventId = 212, Level = LogLevel.Debug, Message = "The watch of {Plural} ended at version {Version}")]
    public static partial void WatchEnded(ILogger logger, string plural, string? version);

    [LoggerMessage(EventId = 213, Level = LogLevel.Information, Message = "Version {Version} of {Plural} is too old for the API server, listing again: {Reason}")]
    public static partial void Relisting(ILogger logger, string plural, string version, string reason);

    [LoggerMessage(EventId = 214, Message = "The {Verb} of {Plural} failed and will be tried again: {Reason}")]
    public static partial void Failed(ILogger logger, LogLevel level, string plural, string verb, string reason);

    [LoggerMessage(EventId = 216, Level = LogLevel.Warning, Message = "An object of {Plural}, {Key}, can not be read: {Problem}. {Consequence}")]
    public static partial void Unreadable(ILogger logger, string plural, ObjectKey key, string problem, string consequence);

    [LoggerMessage(EventId = 217, Level = LogLevel.Information, Message = "The API server does not serve {Plural}: there are none; it is asked again every {Interval}")]
    public static partial void NotServed(ILogger logger, string plural, TimeSpan interval);

    [LoggerMessage(EventId = 215, Level = LogLevel.Debug, Message = "The watch of {Plural} was silent for {Silence} and is opened anew")]
    public static partial void Silent(ILogger logger, string plural, TimeSpan silence);
}
