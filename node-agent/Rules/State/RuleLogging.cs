using Overlay.Api.Network;

namespace Overlay.NodeAgent.Rules;

/// <summary>Which packets the rules tell to the agent, by the kernel's packet log.</summary>
/// <param name="Denied">Which denied packets.</param>
/// <param name="Allowed">Which allowed connections, beside those that are watched (<see cref="Policy.WatchedConnections"/>).</param>
/// <param name="DeniedPerSecond">Denied packets a second at most, of each sender to each local workload.</param>
/// <param name="AllowedPerSecond">Allowed connections a second at most, of each sender to each local workload.</param>
public sealed record RuleLogging(LoggedConnections Denied, LoggedConnections Allowed, int DeniedPerSecond, int AllowedPerSecond)
{
    /// <summary>Nothing is told.</summary>
    public static RuleLogging Off { get; } = new(LoggedConnections.None, LoggedConnections.None, 1, 1);

    /// <summary>As the network's settings say; what they say that can not be read counts as left out.</summary>
    public static RuleLogging Of(LoggingSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var usual = new LoggingSpec();
        return new RuleLogging(
            Enum.IsDefined(spec.Denied) ? spec.Denied : usual.Denied,
            Enum.IsDefined(spec.Allowed) ? spec.Allowed : usual.Allowed,
            Math.Clamp(spec.DeniedPerSecond, 1, 1000),
            Math.Clamp(spec.AllowedPerSecond, 1, 1000)
        );
    }
}
