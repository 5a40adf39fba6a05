using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Reads NetworkPolicy and OverlayPolicy, which have one shape, into the compiler's model.</summary>
/// <remarks>
/// A policy with a problem anywhere grants nothing and still isolates: what its podSelector selects if that is readable, else its whole namespace;
/// in the directions it names if they are readable, else in both. So a slip can close a door but never open one.
/// </remarks>
internal static class NamespacedPolicyReader
{
    /// <summary>Reads an OverlayPolicy.</summary>
    public static (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(OverlayPolicy policy)
    {
        var problems = new Problems();
        var spec = policy.Spec ?? new OverlayPolicySpec();
        if (!Enum.IsDefined(spec.Mode))
        {
            problems.Add("spec.mode", "", "a mode is Enforce or Audit");
        }

        var model = Read(policy, PolicyKind.OverlayPolicy, spec, withMore: true, problems);
        return (model with { IsAudit = spec.Mode == PolicyMode.Audit }, problems.ToImmutable());
    }

    /// <summary>Reads a NetworkPolicy.</summary>
    public static (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(NetworkPolicy policy)
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
        return (Read(policy, PolicyKind.NetworkPolicy, same, withMore: false, problems), problems.ToImmutable());
    }

    private static PolicyModel Read(IEntity policy, PolicyKind kind, OverlayPolicySpec spec, bool withMore, Problems problems)
    {
        var name = new PolicyName(kind, policy.Metadata.Key);
        var subject = SelectorReading.Check(problems, "spec.podSelector", spec.PodSelector) ? Selector.Of(spec.PodSelector) : Selector.Everything;
        var (ingress, egress) = ReadTypes(spec, problems);
        var reading = new RuleReading(name, withMore, problems);
        var ingressRules = reading.Ingress(Arrays.OrEmpty(spec.Ingress));
        var egressRules = reading.Egress(Arrays.OrEmpty(spec.Egress));
        var sound = problems.Count == 0;
        return new PolicyModel(name, Tier.Namespaced, PodPeer.In(name.Key.Namespace ?? "", subject), policy)
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
