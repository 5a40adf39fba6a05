using Overlay.Api.Objects;

namespace Overlay.Kube.Leadership;

/// <summary>For what and how a candidate stands.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The Lease that is fought for.</summary>
    public required ObjectKey Lease { get; init; }

    /// <summary>The candidate's name; unique to the process (host name and a random part), or two would both believe they hold it.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the last renewal they saw before they take the lease; whole seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader goes on without a renewal; clearly shorter than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause between tries, to renew as well as to acquire.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
