using Overlay.Api.Network;
using Overlay.Api.Policies;

namespace Overlay.Policy.Tests.Properties;

/// <summary>
/// What is right, by the book and by brute force: full labels of everything, every policy walked through for every question.
/// Shares no code with the compiler.
/// </summary>
internal sealed class NaiveEvaluator(World world)
{
    private readonly NaiveMatching _match = new(world);

    public bool Allows(Question question) => MayLeave(question) && MayEnter(question);

    private bool MayLeave(Question question) =>
        !world.Pods.ContainsKey(question.From) || Decide(question, question.From, question.To, PolicyType.Egress) != false;

    private bool MayEnter(Question question) =>
        !world.Pods.ContainsKey(question.To)
        || (Decide(question, question.To, question.From, PolicyType.Ingress) ?? world.DefaultAction == DefaultAction.Allow);

    /// <summary>True and false are final; null: nobody has said anything.</summary>
    private bool? Decide(Question question, string subject, string peer, PolicyType direction) =>
        Cluster(PolicyTier.Admin, question, subject, peer, direction)
        ?? Namespaced(question, subject, peer, direction)
        ?? Cluster(PolicyTier.Baseline, question, subject, peer, direction);

    private bool? Cluster(PolicyTier tier, Question question, string subject, string peer, PolicyType direction)
    {
        var policies = world.ClusterPolicies.Values.Where(policy => policy.Spec.Tier == tier && _match.IsSubject(policy, subject));
        foreach (var policy in policies.OrderBy(policy => policy.Spec.Priority).ThenBy(policy => policy.Metadata.Name, StringComparer.Ordinal))
        {
            var rules = direction == PolicyType.Ingress
                ? (policy.Spec.Ingress ?? []).Select(rule => (rule.Action, Peers: rule.From, rule.Protocols))
                : (policy.Spec.Egress ?? []).Select(rule => (rule.Action, Peers: rule.To, rule.Protocols));
            foreach (var rule in rules)
            {
                if (rule.Peers!.Value.Any(listed => _match.Includes(listed, peer, question.Family)) && _match.Includes(rule.Protocols, question))
                {
                    switch (rule.Action)
                    {
                        case ClusterRuleAction.Accept:
                            return true;
                        case ClusterRuleAction.Deny:
                            return false;
                        default:
                            return null;
                    }
                }
            }
        }

        return null;
    }

    private bool? Namespaced(Question question, string subject, string peer, PolicyType direction)
    {
        bool? said = null;
        foreach (var policy in _match.Namespaced(subject).Where(policy => policy.Types.Contains(direction)))
        {
            said ??= false;
            foreach (var rule in policy.Rules(direction))
            {
                if (_match.Includes(policy.Namespace, rule.Peers, peer, question.Family) && _match.Includes(rule.Ports, question))
                {
                    if (rule.Action == RuleAction.Deny)
                    {
                        return false;
                    }

                    said = true;
                }
            }
        }

        return said;
    }
}
