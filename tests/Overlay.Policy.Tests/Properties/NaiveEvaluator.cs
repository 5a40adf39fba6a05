using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Properties;

/// <summary>
/// What is right, by the book and by brute force: full labels of everything, every policy walked through for every question.
/// Shares no code with the compiler.
/// </summary>
internal sealed class NaiveEvaluator(World world)
{
    public bool Allows(string from, string to, int port, IpProtocol protocol) =>
        MayLeave(from, to, port, protocol) && MayEnter(from, to, port, protocol);

    private bool MayLeave(string from, string to, int port, IpProtocol protocol)
    {
        if (!world.Pods.ContainsKey(from))
        {
            return true;
        }

        var isolated = false;
        foreach (var policy in Selecting(from).Where(policy => Types(policy).Contains(PolicyType.Egress)))
        {
            isolated = true;
            foreach (var rule in policy.Spec.Egress ?? [])
            {
                if (PeersInclude(policy, rule.To, to) && PortsInclude(rule.Ports, port, protocol))
                {
                    return true;
                }
            }
        }

        return !isolated;
    }

    private bool MayEnter(string from, string to, int port, IpProtocol protocol)
    {
        if (!world.Pods.ContainsKey(to))
        {
            return true;
        }

        var isolated = world.DefaultAction == DefaultAction.Deny;
        foreach (var policy in Selecting(to).Where(policy => Types(policy).Contains(PolicyType.Ingress)))
        {
            isolated = true;
            foreach (var rule in policy.Spec.Ingress ?? [])
            {
                if (PeersInclude(policy, rule.From, from) && PortsInclude(rule.Ports, port, protocol))
                {
                    return true;
                }
            }
        }

        return !isolated;
    }

    private IEnumerable<OverlayPolicy> Selecting(string pod) =>
        world.Policies.Values.Where(policy => policy.Metadata.Namespace == pod.Split('/')[0] && Selects(policy.Spec.PodSelector, world.Pods[pod]));

    private static List<PolicyType> Types(OverlayPolicy policy) =>
        policy.Spec.PolicyTypes is { Length: > 0 } types ? [.. types]
        : policy.Spec.Egress is { Length: > 0 } ? [PolicyType.Ingress, PolicyType.Egress]
        : [PolicyType.Ingress];

    private bool PeersInclude(OverlayPolicy policy, ImmutableArray<PolicyPeer>? peers, string other)
    {
        if (peers is not { Length: > 0 } listed)
        {
            return true;
        }

        if (!world.Pods.TryGetValue(other, out var labels))
        {
            return false;
        }

        var ns = other.Split('/')[0];
        return listed.Any(peer =>
            (peer.NamespaceSelector is null ? ns == policy.Metadata.Namespace : Selects(peer.NamespaceSelector, world.Namespaces[ns]))
            && (peer.PodSelector is null || Selects(peer.PodSelector, labels))
        );
    }

    private static bool PortsInclude(ImmutableArray<PolicyPort>? ports, int port, IpProtocol protocol) =>
        ports is not { Length: > 0 } listed
        || listed.Any(p => p.Protocol.ToIp() == protocol && (p.Port is null || (p.Port.Number <= port && port <= (p.EndPort ?? p.Port.Number))));

    private static bool Selects(LabelSelector selector, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var (key, value) in selector.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            if (!labels.TryGetValue(key, out var carried) || carried != value)
            {
                return false;
            }
        }

        foreach (var expression in selector.MatchExpressions ?? [])
        {
            var there = labels.ContainsKey(expression.Key);
            var listed = there && (expression.Values ?? []).Contains(labels[expression.Key]);
            var met = expression.Operator switch
            {
                LabelOperator.In => listed,
                LabelOperator.NotIn => !listed,
                LabelOperator.Exists => there,
                _ => !there,
            };
            if (!met)
            {
                return false;
            }
        }

        return true;
    }
}
