using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy.Tests.Properties;

/// <summary>A NetworkPolicy or OverlayPolicy, as the book sees both.</summary>
internal sealed record NaivePolicy(string Namespace, LabelSelector Subject, ImmutableArray<PolicyType> Types, ImmutableArray<IngressRule> Ingress, ImmutableArray<EgressRule> Egress)
{
    public IEnumerable<(RuleAction Action, ImmutableArray<PolicyPeer>? Peers, ImmutableArray<PolicyPort>? Ports)> Rules(PolicyType direction) =>
        direction == PolicyType.Ingress ? Ingress.Select(rule => (rule.Action, rule.From, rule.Ports)) : Egress.Select(rule => (rule.Action, rule.To, rule.Ports));
}

/// <summary>Whether selectors, peers and ports mean something: by brute force.</summary>
internal sealed class NaiveMatching(World world)
{
    public IEnumerable<NaivePolicy> Namespaced(string pod) =>
        world.Policies.Values.Where(policy => policy.Spec.Mode == PolicyMode.Enforce)
            .Select(policy => Of(policy.Metadata.Namespace!, policy.Spec.PodSelector, policy.Spec.PolicyTypes, policy.Spec.Ingress, policy.Spec.Egress))
            .Concat(world.NetworkPolicies.Values.Select(policy => Of(policy.Metadata.Namespace!, policy.Spec!.PodSelector!, policy.Spec.PolicyTypes, policy.Spec.Ingress, policy.Spec.Egress)))
            .Where(policy => policy.Namespace == pod.Split('/')[0] && Selects(policy.Subject, world.Pods[pod]));

    public bool IsSubject(ClusterNetworkPolicy policy, string pod) => Includes(policy.Spec.Subject.Namespaces, policy.Spec.Subject.Pods, pod);

    public bool Includes(ClusterPolicyPeer peer, string end, AddressFamily family) =>
        (world.Pods.ContainsKey(end) && Includes(peer.Namespaces, peer.Pods, end))
        || (peer.Nodes is not null && world.Nodes.Any(node => Selects(peer.Nodes, node.Labels) && node.Addresses.Any(address => address.ToString() == end)))
        || (peer.Networks ?? []).Any(network => world.AddressOf(end, family) is { } address && IPNetwork.Parse(network).Contains(address));

    public bool Includes(string ns, ImmutableArray<PolicyPeer>? peers, string end, AddressFamily family) =>
        peers is not { Length: > 0 } listed || listed.Any(peer => peer.IpBlock is { } block ? Includes(block, end, family) : world.Pods.ContainsKey(end) && Includes(ns, peer, end));

    public bool Includes(ImmutableArray<ClusterPolicyProtocol>? protocols, Question question) =>
        protocols is not { } listed
        || listed.Any(protocol =>
            (protocol.DestinationNamedPort is { } name && Names(question, name, question.Protocol))
            || (protocol.Tcp is { } tcp && question.Protocol == IpProtocol.TCP && Includes(tcp, question.Port))
            || (protocol.Udp is { } udp && question.Protocol == IpProtocol.UDP && Includes(udp, question.Port))
            || (protocol.Sctp is { } sctp && question.Protocol == IpProtocol.SCTP && Includes(sctp, question.Port))
        );

    public bool Includes(ImmutableArray<PolicyPort>? ports, Question question) =>
        ports is not { Length: > 0 } listed
        || listed.Any(port =>
            port.Protocol.ToString() == question.Protocol.ToString()
            && (
                port.IcmpType is { } type ? question.Port / 256 == type && (port.IcmpCode is not { } code || question.Port % 256 == code)
                : port.Port is null
                    || (port.Port.Name is { } name ? Names(question, name, question.Protocol) : port.Port.Number <= question.Port && question.Port <= (port.EndPort ?? port.Port.Number))
            )
        );

    private static NaivePolicy Of(string ns, LabelSelector subject, ImmutableArray<PolicyType>? types, ImmutableArray<IngressRule>? ingress, ImmutableArray<EgressRule>? egress) =>
        new(
            ns,
            subject,
            types is { Length: > 0 } given ? given
                : egress is { Length: > 0 } ? [PolicyType.Ingress, PolicyType.Egress]
                : [PolicyType.Ingress],
            ingress ?? [],
            egress ?? []
        );

    private bool Includes(LabelSelector? namespaces, NamespacedPods? pods, string pod)
    {
        var labels = world.Namespaces[pod.Split('/')[0]];
        return (namespaces is not null && Selects(namespaces, labels))
            || (pods is not null && Selects(pods.NamespaceSelector!, labels) && Selects(pods.PodSelector!, world.Pods[pod]));
    }

    private bool Includes(string ns, PolicyPeer peer, string pod)
    {
        var its = pod.Split('/')[0];
        return (peer.NamespaceSelector is null ? its == ns : Selects(peer.NamespaceSelector, world.Namespaces[its]))
            && (peer.PodSelector is null || Selects(peer.PodSelector, world.Pods[pod]));
    }

    private bool Includes(IpBlock block, string end, AddressFamily family) =>
        world.AddressOf(end, family) is { } address
        && world.Nodes.Where(node => node.OverlayAddresses.Contains(address)).SelectMany(node => node.Addresses).Append(address)
            .Any(meant => IPNetwork.Parse(block.Cidr).Contains(meant) && !(block.Except ?? []).Any(hole => IPNetwork.Parse(hole).Contains(meant)));

    private static bool Includes(ClusterPolicyPorts ports, int port) =>
        ports.DestinationPort is not { } asked || (asked.Range is { } range ? range.Start <= port && port <= range.End : asked.Number == port);

    private bool Names(Question question, string name, IpProtocol protocol) =>
        world.Ports.GetValueOrDefault(question.To, []).Any(port => port.Name == name && port.Protocol == protocol && port.Port == question.Port);

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
