using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// What one node's rules must say, whatever the rule engine: who may reach its workloads, what they may reach outside, how they are marked.
/// </summary>
/// <remarks>
/// Everything in it allows; denials are compiled away, so the order of look-ups inside one step below does not matter.
/// A packet to a local workload D is judged so (<see cref="VerdictTableJudge"/> does it in C#, the kernel's sets must do the same):
/// <list type="number">
/// <item>It <em>counts as flagged</em> when its tag is restricted, or when it carries the egress-isolated flag and its tag is not acquainted.</item>
/// <item>Not flagged, and D is open: allowed.</item>
/// <item>Not flagged, D is wary, and the tag (16 or above) is not a known one: from here on its tag is 2.</item>
/// <item>
/// The grants that concern it are those to its tag for just its flag; and if it is not flagged and its tag not particular to D, those to any pod
/// (tag 16 or above) or to outsiders (below), and those to anyone. All of them only of its family, protocol and port.
/// </item>
/// <item>A firm one among them: allowed. Else, its address is denied by D on this port: denied.</item>
/// <item>A plain one: allowed. A conditional one, and D allows its address on this port: allowed. Else denied; also when D is none of ours.</item>
/// </list>
/// A pod to itself, and traffic from the pod's own node, are allowed before the table is asked.
/// </remarks>
public sealed record VerdictTable
{
    /// <summary>Nothing local, nothing restricted.</summary>
    public static VerdictTable Empty { get; } = new();

    /// <summary>The local workloads, sorted by key.</summary>
    public ImmutableArray<Destination> Destinations { get; init; } = [];

    /// <summary>
    /// The tags whose recorded labels say that a policy isolates their egress, sorted. Their agents flag their packets too;
    /// this closes the moment in which a sender's agent has not yet heard of the policy.
    /// </summary>
    public ImmutableArray<Tag> RestrictedTags { get; init; } = [];

    /// <summary>
    /// The tags whose packets come flagged, since policies speak of their egress, but of which the table knows all that these policies say without
    /// isolating them, sorted: their grants and particularities hold, the flag tells nothing more.
    /// </summary>
    public ImmutableArray<Tag> AcquaintedTags { get; init; } = [];

    /// <summary>Every tag in use, sorted; empty when no destination is wary.</summary>
    public ImmutableArray<Tag> KnownTags { get; init; } = [];

    /// <summary>The local pods' marks, sorted by UID.</summary>
    public ImmutableArray<Sender> Senders { get; init; } = [];

    /// <summary>What is to be told of though it is allowed; it takes no part in any verdict.</summary>
    public WatchedConnections Watched { get; init; } = WatchedConnections.None;
}
