using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>How inputs differ from those before: policies and tags one by one, all else as it is now.</summary>
/// <param name="Policies">The policies that came, changed or went; each once.</param>
/// <param name="Tags">The tags that came, changed or went; each once.</param>
/// <param name="Now">All else.</param>
public sealed record InputChanges(IReadOnlyCollection<PolicyChange> Policies, IReadOnlyCollection<TagChange> Tags, PolicySurroundings Now)
{
    /// <summary>These changes and then others, each object once.</summary>
    internal InputChanges Then(InputChanges next)
    {
        var policies = Policies.Concat(next.Policies).GroupBy(change => change.Name, (name, same) => new PolicyChange(name, same.Last().Now));
        var tags = Tags.Concat(next.Tags).GroupBy(change => change.Name, (_, same) => same.ToList(), StringComparer.Ordinal).Select(same => new TagChange(same[0].Before, same[^1].Now));
        return new InputChanges([.. policies], [.. tags], next.Now);
    }
}

/// <summary>A policy that came, changed or went.</summary>
/// <param name="Name">Which.</param>
/// <param name="Now">The object as it is now; null: it is gone.</param>
public readonly record struct PolicyChange(PolicyName Name, IEntity? Now);

/// <summary>A tag that came, changed or went.</summary>
/// <param name="Before">The object as it was, the same one that was handed over then; null: it was not there.</param>
/// <param name="Now">The object as it is now; null: it is gone.</param>
public readonly record struct TagChange(WorkloadTag? Before, WorkloadTag? Now)
{
    internal string Name => (Now ?? Before)!.Metadata.Name;
}

/// <summary>All that verdicts are made of beside policies and tags.</summary>
/// <param name="Namespaces">Every namespace with its labels.</param>
/// <param name="Nodes">Every node of the cluster.</param>
/// <param name="Pods">The pods of this node.</param>
/// <param name="WorkloadLabels">The label keys that always tell workloads apart.</param>
/// <param name="DefaultAction">What happens where no policy decides.</param>
public sealed record PolicySurroundings(
    ImmutableArray<PolicyNamespace> Namespaces,
    ImmutableArray<PolicyNode> Nodes,
    ImmutableArray<LocalPod> Pods,
    ImmutableArray<string> WorkloadLabels,
    DefaultAction DefaultAction
);
