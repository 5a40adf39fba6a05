using System.Collections.Immutable;
using Overlay.Api.Nodes;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>What rules are made from, and up to which state of the cluster's tags and policies that is.</summary>
/// <param name="Inputs">What the rules are made from.</param>
/// <param name="TagsVersion">The highest resourceVersion among the WorkloadTags taken in; null when there are none.</param>
/// <param name="Policies">The highest resourceVersions among the policies taken in.</param>
internal sealed record GatheredRules(RuleInputs Inputs, string? TagsVersion, AppliedPolicies Policies)
{
    /// <summary>The wired pods as policies see them.</summary>
    public ImmutableArray<LocalPod> Pods { get; init; } = [];
}
