using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Schema;

namespace Overlay.Api.Network;

/// <summary>Which connections each node's agent tells of, in its log and to <c>kubectl overlay flows</c>. A change takes effect at once.</summary>
public sealed record LoggingSpec
{
    /// <summary>Which denied packets.</summary>
    [Defaulted]
    public LoggedConnections Denied { get; set; } = LoggedConnections.All;

    /// <summary>Which allowed connections, each once.</summary>
    [Defaulted]
    public LoggedConnections Allowed { get; set; } = LoggedConnections.Asked;

    /// <summary>How many denied packets a second are told at most of those that one workload sends to another one's pods on a node.</summary>
    [Defaulted]
    [Range(1, 1000)]
    public int DeniedPerSecond { get; set; } = 1;

    /// <summary>How many allowed connections a second are looked at on a node, of those from one workload to another.</summary>
    [Defaulted]
    [Range(1, 1000)]
    public int AllowedPerSecond { get; set; } = 100;
}

/// <summary>Which connections are told of.</summary>
[JsonConverter(typeof(LenientEnumConverter<LoggedConnections>))]
public enum LoggedConnections
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that a rule with <c>log</c> decides.</summary>
    Asked,

    /// <summary>All.</summary>
    All,
}
