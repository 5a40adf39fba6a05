using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// What one node's rules must say, whatever the rule engine: who may reach its workloads, what they may reach outside, how they are marked.
/// </summary>
/// <remarks>
/// A packet to a local workload D is judged in this order (<see cref="VerdictTableJudge"/> does it in C#, the kernel's sets must do the same).
/// <em>Restrained</em> means: it carries the egress-isolated flag, <b>or</b> its tag is in <see cref="RestrictedTags"/>.
/// <list type="number">
/// <item>Not restrained, and D is open (not ingress-isolated): allowed.</item>
/// <item>A grant of D to its tag, for exactly its flag, with its protocol and port: allowed.</item>
/// <item>Not restrained: a grant of D to any pod (tag 16 or above), or to anyone (every tag, pods included): allowed.</item>
/// <item>Else denied; also when D is none of ours.</item>
/// </list>
/// So the look-ups by kind must be skipped for restricted tags just as for flagged packets: those grants know nothing of the sender's egress rules.
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

    /// <summary>The local pods' marks, sorted by UID.</summary>
    public ImmutableArray<Sender> Senders { get; init; } = [];
}
