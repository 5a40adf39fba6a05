using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>The connections that somebody wants to hear of though they are allowed: a rule of a policy says <c>log</c>, or a policy is only audited.</summary>
/// <remarks>
/// Coarser than what is asked for, so that the kernel decides by one look-up: which rule decides a connection is found out when it is told
/// (<see cref="PolicyExplainer"/>).
/// </remarks>
/// <param name="Arriving">Local workloads: connections to them. Sorted.</param>
/// <param name="Leaving">Local workloads: their connections to the outside of the overlay. Sorted.</param>
/// <param name="Senders">Tags: their connections to pods. Sorted.</param>
public sealed record WatchedConnections(ImmutableArray<WorkloadKey> Arriving, ImmutableArray<WorkloadKey> Leaving, ImmutableArray<Tag> Senders)
{
    /// <summary>Nobody wants to hear of any.</summary>
    public static WatchedConnections None { get; } = new([], [], []);

    /// <summary>Whether nobody wants to hear of any.</summary>
    public bool IsNone => Arriving.IsEmpty && Leaving.IsEmpty && Senders.IsEmpty;

    /// <summary>What the policies of an index ask for.</summary>
    /// <param name="index">The index.</param>
    /// <param name="workloads">The local workloads.</param>
    internal static WatchedConnections Of(PolicyIndex index, IEnumerable<LocalWorkload> workloads)
    {
        if (index.Watching.Count == 0)
        {
            return None;
        }

        List<PolicyModel> ingress = [.. index.Watching.Where(policy => policy.WatchesIngress)];
        List<PolicyModel> egress = [.. index.Watching.Where(policy => policy.WatchesEgress)];
        var local = workloads.ToList();
        return new WatchedConnections(
            [.. local.Where(workload => ingress.Exists(policy => SpeaksFor(policy, workload))).Select(workload => workload.Key).Order()],
            [.. local.Where(workload => egress.Exists(policy => SpeaksFor(policy, workload))).Select(workload => workload.Key).Order()],
            [.. egress.SelectMany(policy => index.Peers.Meant(policy.Subject!.Value).Concat(index.Peers.PerhapsMeant(policy.Subject.Value))).Select(tag => tag.Tag).Distinct().Order()]
        );

        bool SpeaksFor(PolicyModel policy, LocalWorkload workload) => index.Peers.Means(policy.Subject!.Value, workload.Namespace, workload.Labels);
    }
}
