using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Reads NetworkPolicy and OverlayPolicy, which have one shape, into the compiler's model.</summary>
/// <remarks>
/// A policy with a problem anywhere grants nothing and still isolates: what its podSelector selects if that is readable, else its whole namespace;
/// in the directions it names if they are readable, else in both. So a slip can close a door but never open one.
/// </remarks>
internal sealed class NamespacedPolicyReader(SelectorPool selectors)
{
    /// <summary>Reads an OverlayPolicy.</summary>
    public (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(OverlayPolicy policy)
    {
        var problems = new Problems();
        var spec = policy.Spec ?? new OverlayPolicySpec();
        if (!Enum.IsDefined(spec.Mode))
        {
            problems.Add("spec.mode", "", "a mode is Enforce or Audit");
        }

        var model = Read(new PolicyName(PolicyKind.OverlayPolicy, policy.Metadata.Key), spec, withMore: true, problems);
        return (model with { IsAudit = spec.Mode == PolicyMode.Audit }, problems.ToImmutable());
    }

    /// <summary>Reads a NetworkPolicy.</summary>
    public (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(NetworkPolicy policy)
    {
        var problems = new Problems();
        var spec = policy.Spec ?? new NetworkPolicySpec();
        var same = new OverlayPolicySpec
        {
            PodSelector = spec.PodSelector ?? new LabelSelector(),
            PolicyTypes = spec.PolicyTypes,
            Ingress = spec.Ingress,
            Egress = spec.Egress,
        };
        return (Read(new PolicyName(PolicyKind.NetworkPolicy, policy.Metadata.Key), same, withMore: false, problems), problems.ToImmutable());
    }

    private PolicyModel Read(PolicyName name, OverlayPolicySpec spec, bool withMore, Problems problems)
    {
        var subject = SelectorReading.Check(problems, "spec.podSelector", spec.PodSelector) ? selectors.Get(spec.PodSelector) : SelectorPool.Everything;
        var (ingress, egress) = ReadTypes(spec, problems);
        var reading = new RuleReading(name, selectors, withMore, problems);
        var ingressRules = reading.Ingress(Arrays.OrEmpty(spec.Ingress));
        var egressRules = reading.Egress(Arrays.OrEmpty(spec.Egress));
        var sound = problems.Count == 0;
        return new PolicyModel(name, Tier.Namespaced, PodPeer.In(name.Key.Namespace ?? "", subject))
        {
            IsolatesIngress = ingress,
            IsolatesEgress = egress,
            Ingress = sound && ingress ? ingressRules : [],
            Egress = sound && egress ? egressRules : [],
        };
    }

    private static (bool Ingress, bool Egress) ReadTypes(OverlayPolicySpec spec, Problems problems)
    {
        var types = Arrays.OrEmpty(spec.PolicyTypes);
        if (types.IsEmpty)
        {
            return (true, !Arrays.OrEmpty(spec.Egress).IsEmpty);
        }

        var readable = true;
        for (var i = 0; i < types.Length; i++)
        {
            if (!Enum.IsDefined(types[i]))
            {
                readable = false;
                problems.Add($"spec.policyTypes[{i}]", $"{types[i]}", "a policy type is Ingress or Egress");
            }
        }

        return readable ? (types.Contains(PolicyType.Ingress), types.Contains(PolicyType.Egress)) : (true, true);
    }
}
