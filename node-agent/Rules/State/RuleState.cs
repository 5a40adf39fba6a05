using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// Everything that a node's rules must say, whatever the rule engine: the verdict table joined with the wiring of local pods and with the network.
/// A value; see <see cref="RuleCompilation"/> for how it comes about and <see cref="IRuleBackend"/> for where it goes.
/// </summary>
public sealed record RuleState
{
    /// <summary>What shapes the rules themselves.</summary>
    public required RuleSettings Settings { get; init; }

    /// <summary>Who may send, and with what mark. Whatever is not here is spoofed.</summary>
    public ImmutableArray<SenderRule> Senders { get; init; } = [];

    /// <summary>Ports of the node that lead to pods.</summary>
    public ImmutableArray<HostPortRule> HostPorts { get; init; } = [];

    /// <summary>The local workloads and what each accepts. A group that is not here is denied everything.</summary>
    public ImmutableArray<LocalWorkload> Workloads { get; init; } = [];

    /// <summary>Tags whose egress is isolated by their recorded labels: their packets always count as flagged.</summary>
    public ImmutableArray<Tag> RestrictedTags { get; init; } = [];

    /// <summary>Tags whose flag tells nothing that the grants do not.</summary>
    public ImmutableArray<Tag> AcquaintedTags { get; init; } = [];

    /// <summary>Every tag in use; empty when no workload is wary.</summary>
    public ImmutableArray<Tag> KnownTags { get; init; } = [];

    /// <summary>Tags whose new connections to local pods are told, though they are allowed.</summary>
    public ImmutableArray<Tag> WatchedSenders { get; init; } = [];

    /// <summary>Whether some allowed connections are told.</summary>
    public bool TellsAllowed =>
        Settings.Logging.Allowed == LoggedConnections.All || !WatchedSenders.IsEmpty || Workloads.Any(workload => workload.WatchedArriving || workload.WatchedLeaving);

    /// <summary>The underlay addresses of the cluster's nodes: VXLAN is taken from these only.</summary>
    public ImmutableArray<IPAddress> Underlay { get; init; } = [];

    /// <summary>Those of them that are this node's: VXLAN is taken at these only.</summary>
    public ImmutableArray<IPAddress> OwnUnderlay { get; init; } = [];

    /// <summary>The pools that pod addresses come from.</summary>
    public ImmutableArray<IPNetwork> Pools { get; init; } = [];

    /// <summary>Destinations outside of the pools that see the pods' own addresses.</summary>
    public ImmutableArray<IPNetwork> Unmasqueraded { get; init; } = [];
}
