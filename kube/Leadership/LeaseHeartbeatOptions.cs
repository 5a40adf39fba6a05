using Overlay.Api.Objects;

namespace Overlay.Kube.Leadership;

/// <summary>Which lease is renewed, how often, and with which facts.</summary>
public sealed record LeaseHeartbeatOptions
{
    /// <summary>The lease.</summary>
    public required ObjectKey Lease { get; init; }

    /// <summary>Who says so, as the node's name.</summary>
    public required string Identity { get; init; }

    /// <summary>The facts as they are now; asked before each beat.</summary>
    public Func<LeaseFacts> Facts { get; init; } = () => new LeaseFacts();

    /// <summary>How long after the last beat others may take us for dead; whole seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The time between beats.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The shortest time between beats, when facts change; shorter than <see cref="Interval"/>.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>What a heartbeat tells besides being one.</summary>
public sealed record LeaseFacts
{
    /// <summary>Labels to set; others stay.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations to set; others stay.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The object that the lease goes with, as the Node.</summary>
    public OwnerReference? Owner { get; init; }
}
