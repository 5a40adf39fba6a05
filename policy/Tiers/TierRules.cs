using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>The rules that speak of one direction of some pods' connections, tier by tier in the order of judgement.</summary>
/// <param name="Admin">Judged first, one after the other.</param>
/// <param name="Namespaced">Judged together: a denial wins over what allows.</param>
/// <param name="Isolated">Whether a namespaced policy isolates: then the namespaced rules have the last word.</param>
/// <param name="Baseline">Judged last, one after the other, unless <paramref name="Isolated"/>.</param>
internal sealed record TierRules(ImmutableArray<PolicyRule> Admin, ImmutableArray<PolicyRule> Namespaced, bool Isolated, ImmutableArray<PolicyRule> Baseline)
{
    /// <summary>No rule at all.</summary>
    public static TierRules None { get; } = new([], [], false, []);

    /// <summary>Every rule of every tier.</summary>
    public IEnumerable<PolicyRule> All => Admin.Concat(Namespaced).Concat(Baseline);

    /// <summary>Whether nothing is said.</summary>
    public bool IsNone => Admin.IsEmpty && Namespaced.IsEmpty && !Isolated && Baseline.IsEmpty;

    /// <summary>Puts the rules of policies in order.</summary>
    /// <param name="policies">The policies that speak for the pods, sorted (<see cref="PolicyOrder"/>).</param>
    /// <param name="ingress">The direction.</param>
    public static TierRules Of(IReadOnlyList<PolicyModel> policies, bool ingress)
    {
        if (policies.Count == 0)
        {
            return None;
        }

        var isolated = false;
        foreach (var policy in policies)
        {
            isolated |= ingress ? policy.IsolatesIngress : policy.IsolatesEgress;
        }

        return new TierRules(Rules(Tier.Admin), Rules(Tier.Namespaced), isolated, Rules(Tier.Baseline));

        ImmutableArray<PolicyRule> Rules(Tier tier)
        {
            var rules = ImmutableArray.CreateBuilder<PolicyRule>();
            foreach (var policy in policies)
            {
                if (policy.Tier == tier)
                {
                    rules.AddRange(ingress ? policy.Ingress : policy.Egress);
                }
            }

            return rules.ToImmutable();
        }
    }
}
