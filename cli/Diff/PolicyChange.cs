using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Cli.Explain;
using Overlay.Cli.Files;
using Overlay.Policy;

namespace Overlay.Cli.Diff;

/// <summary>What a world would be with some policies added or replaced. Pure.</summary>
internal static class PolicyChange
{
    /// <summary>The world as it is, for comparing: all its pods, and the tags that the operator makes for it in time.</summary>
    public static PolicyInputs Before(ExplainWorld world) => Settled(world);

    /// <summary>The world with the files' policies in the place of those of the same name, or beside them.</summary>
    public static PolicyInputs After(ExplainWorld world, FileObjects files) =>
        Settled(
            world with
            {
                Inputs = world.Inputs with
                {
                    Policies = Replace(world.Inputs.Policies, files.Policies),
                    NetworkPolicies = Replace(world.Inputs.NetworkPolicies, files.NetworkPolicies),
                    ClusterPolicies = Replace(world.Inputs.ClusterPolicies, files.ClusterPolicies),
                },
            }
        );

    private static PolicyInputs Settled(ExplainWorld world) => world.Inputs with { Pods = LocalPods(world), Tags = PromptTags.Of(world) };

    private static ImmutableArray<LocalPod> LocalPods(ExplainWorld world) =>
        [
            .. world.Pods.Values.Where(pod => !pod.Spec.HostNetwork && !pod.HasEnded)
                .Select(pod => (Pod: pod, FoundEnd.Of(world, new End(pod.Metadata.Key, pod.Metadata.Key.ToString())).Endpoint))
                .Select(found => new LocalPod(found.Pod.Metadata.Key.ToString(), found.Pod.Metadata.Key, found.Endpoint.Labels)
                {
                    Addresses = found.Endpoint.Addresses,
                    Ports = found.Endpoint.Ports,
                }),
        ];

    private static ImmutableArray<T> Replace<T>(ImmutableArray<T> there, List<T> given)
        where T : IEntity
    {
        var keys = given.Select(policy => policy.Metadata.Key).ToHashSet();
        return [.. there.Where(policy => !keys.Contains(policy.Metadata.Key)), .. given];
    }
}
