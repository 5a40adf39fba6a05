using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.NodeAgent.Cluster;

/// <summary>What an agent keeps of the kinds of which there are thousands: what rules and VTEP are made from, and of that equal parts once. In memory and on disk.</summary>
internal static class Kept
{
    private static readonly Lock Gate = new();
    private static readonly List<ImmutableArray<string>> KeySets = [];

    /// <summary>A namespace has one or two sets of keys, mostly the same as others have; who has more keeps them apart.</summary>
    private const int MostKeySets = 64;

    /// <summary>Of a Subnet.</summary>
    public static Subnet Of(Subnet subnet) =>
        new()
        {
            Metadata = Slim(subnet.Metadata),
            Spec = subnet.Spec,
            Status = subnet.Status?.Phase == AllocationPhase.Released ? subnet.Status : null,
        };

    /// <summary>Of a tag.</summary>
    public static WorkloadTag Of(WorkloadTag tag) =>
        new()
        {
            Metadata = Slim(tag.Metadata),
            Spec = tag.Spec with { Namespace = Texts.Shared(tag.Spec.Namespace), Keys = Shared(tag.Spec.Keys), Labels = Shared(tag.Spec.Labels) },
            Status = tag.Status?.Phase == AllocationPhase.Released ? tag.Status : null,
        };

    /// <summary>Of a policy.</summary>
    public static OverlayPolicy Of(OverlayPolicy policy) => new OverlayPolicy { Metadata = Slim(policy.Metadata), Spec = policy.Spec, Unreadable = policy.Unreadable }.Packed();

    /// <summary>Of a policy.</summary>
    public static NetworkPolicy Of(NetworkPolicy policy) => new NetworkPolicy { Metadata = Slim(policy.Metadata), Spec = policy.Spec, Unreadable = policy.Unreadable }.Packed();

    /// <summary>Of any kind's metadata. The version stays where agents tell up to which they have come.</summary>
    public static ObjectMeta Slim(ObjectMeta of) =>
        new()
        {
            Name = of.Name,
            Namespace = of.Namespace is { } ns ? Texts.Shared(ns) : null,
            Uid = of.Uid,
            ResourceVersion = of.ResourceVersion,
            CreationTimestamp = of.CreationTimestamp,
            DeletionTimestamp = of.DeletionTimestamp,
            Labels = of.Labels is { Count: > 0 } ? of.Labels : null,
        };

    private static ImmutableSortedDictionary<string, string> Shared(ImmutableSortedDictionary<string, string> labels) =>
        labels.IsEmpty ? labels : labels.ToImmutableSortedDictionary(label => Texts.Shared(label.Key), label => label.Value, StringComparer.Ordinal);

    private static ImmutableArray<string> Shared(ImmutableArray<string> keys)
    {
        if (keys.IsDefaultOrEmpty)
            return keys;
        lock (Gate)
        {
            foreach (var known in KeySets)
            {
                if (known.AsSpan().SequenceEqual(keys.AsSpan()))
                    return known;
            }

            ImmutableArray<string> shared = [.. keys.Select(Texts.Shared)];
            if (KeySets.Count < MostKeySets)
                KeySets.Add(shared);
            return shared;
        }
    }
}
