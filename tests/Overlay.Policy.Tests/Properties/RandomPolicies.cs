using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy.Tests.Properties;

/// <summary>Policies of every kind by dice.</summary>
internal sealed class RandomPolicies(Dice dice)
{
    private static readonly string[] s_keys = ["app", "tier", "ver"];
    private static readonly string[] s_values = ["a", "b", "c"];
    private static readonly string[] s_nsKeys = ["team", "env"];

    public string PodLabels() => LabelText(s_keys);

    public string NamespaceLabels() => LabelText(s_nsKeys);

    public OverlayPolicySpec Own() =>
        new()
        {
            PodSelector = Selector(s_keys),
            Mode = dice.Chance(10) ? PolicyMode.Audit : PolicyMode.Enforce,
            PolicyTypes = Types(),
            Ingress = dice.Chance(20) ? null : [.. dice.Some(3, () => new IngressRule { Action = Action(), From = Peers(), Ports = Ports(own: true) })],
            Egress = dice.Chance(20) ? null : [.. dice.Some(3, () => new EgressRule { Action = Action(), To = Peers(), Ports = Ports(own: true) })],
        };

    public NetworkPolicySpec Namespaced() =>
        new()
        {
            PodSelector = Selector(s_keys),
            PolicyTypes = Types(),
            Ingress = dice.Chance(20) ? null : [.. dice.Some(3, () => new IngressRule { From = Peers(), Ports = Ports(own: false) })],
            Egress = dice.Chance(20) ? null : [.. dice.Some(3, () => new EgressRule { To = Peers(), Ports = Ports(own: false) })],
        };

    public ClusterNetworkPolicySpec Cluster() =>
        new()
        {
            Tier = dice.Of(PolicyTier.Admin, PolicyTier.Baseline),
            Priority = dice.Next(3),
            Subject = dice.Chance(50) ? new() { Namespaces = Selector(s_nsKeys) } : new() { Pods = Pods() },
            Ingress = [.. dice.Some(3, () => new ClusterIngressRule { Action = ClusterAction(), From = ClusterPeers(egress: false), Protocols = Protocols(named: true) })],
            Egress = [.. dice.Some(3, ClusterEgress)],
        };

    private ClusterEgressRule ClusterEgress()
    {
        var peers = ClusterPeers(egress: true);
        return new() { Action = ClusterAction(), To = peers, Protocols = Protocols(named: peers.All(peer => peer.Networks is null && peer.Nodes is null)) };
    }

    private RuleAction Action() => dice.Chance(25) ? RuleAction.Deny : RuleAction.Allow;

    private ClusterRuleAction ClusterAction() => (ClusterRuleAction)dice.Next(3);

    private ImmutableArray<PolicyType>? Types() =>
        dice.Next(4) switch
        {
            0 => null,
            1 => [PolicyType.Ingress],
            2 => [PolicyType.Egress],
            _ => [PolicyType.Ingress, PolicyType.Egress],
        };

    private ImmutableArray<PolicyPeer>? Peers() =>
        dice.Chance(15)
            ? null
            : [.. dice.Some(3, () => dice.Next(4) switch
                {
                    0 => new PolicyPeer { PodSelector = Selector(s_keys) },
                    1 => new PolicyPeer { NamespaceSelector = Selector(s_nsKeys) },
                    2 => new PolicyPeer { IpBlock = new IpBlock { Cidr = Network(), Except = [.. dice.Some(2, Network)] } },
                    _ => new PolicyPeer { PodSelector = Selector(s_keys), NamespaceSelector = Selector(s_nsKeys) },
                })];

    private string Network() =>
        dice.Of(
            "0.0.0.0/0", "::/0", "10.255.0.0/16", "10.255.1.0/24", "10.255.2.0/24", "10.255.1.1/32", "10.255.2.2/32", "10.255.3.3/32", "203.0.113.0/24", "192.168.77.11/32",
            "fd00:255::/48", "fd00:255:1::/64", "2001:db8::/32", "128.0.0.0/1"
        );

    private ImmutableArray<ClusterPolicyPeer> ClusterPeers(bool egress) =>
        [.. Enumerable.Range(0, dice.Next(1, 4)).Select(_ => dice.Next(egress ? 4 : 2) switch
            {
                0 => new ClusterPolicyPeer { Namespaces = Selector(s_nsKeys) },
                1 => new ClusterPolicyPeer { Pods = Pods() },
                2 => new ClusterPolicyPeer { Nodes = Selector(s_nsKeys) },
                _ => new ClusterPolicyPeer { Networks = [Network()] },
            })];

    private NamespacedPods Pods() => new() { NamespaceSelector = Selector(s_nsKeys), PodSelector = Selector(s_keys) };

    private ImmutableArray<PolicyPort>? Ports(bool own) =>
        dice.Chance(30)
            ? null
            : [.. dice.Some(4, () => dice.Next(own ? 8 : 6) switch
                {
                    0 => new PolicyPort { Protocol = Protocol() },
                    1 => new PolicyPort { Protocol = Protocol(), Port = 79, EndPort = 80 },
                    2 => new PolicyPort { Protocol = Protocol(), Port = dice.Next(70, 91), EndPort = dice.Next(91, 101) },
                    3 => new PolicyPort { Port = 1, EndPort = 65535 },
                    4 => new PolicyPort { Protocol = Protocol(), Port = dice.Of("http", "alt", "none") },
                    6 => new PolicyPort { Protocol = PortProtocol.ICMP },
                    7 => new PolicyPort { Protocol = PortProtocol.ICMP, IcmpType = dice.Of(3, 8), IcmpCode = dice.Chance(50) ? dice.Of(0, 1) : null },
                    _ => new PolicyPort { Protocol = Protocol(), Port = dice.Chance(50) ? 80 : 81 },
                })];

    private ImmutableArray<ClusterPolicyProtocol>? Protocols(bool named) =>
        dice.Chance(40)
            ? null
            : [.. Enumerable.Range(0, dice.Next(1, 3)).Select(_ => dice.Next(named ? 5 : 4) switch
                {
                    0 => new ClusterPolicyProtocol { Tcp = ClusterPorts() },
                    1 => new ClusterPolicyProtocol { Udp = ClusterPorts() },
                    2 => new ClusterPolicyProtocol { Sctp = ClusterPorts() },
                    3 => new ClusterPolicyProtocol { Tcp = new() { DestinationPort = new() { Range = new() { Start = 80, End = 90 } } } },
                    _ => new ClusterPolicyProtocol { DestinationNamedPort = dice.Of("http", "alt") },
                })];

    private ClusterPolicyPorts ClusterPorts() => dice.Chance(30) ? new() : new() { DestinationPort = new() { Number = dice.Of(79, 80, 81) } };

    private LabelSelector Selector(string[] keys) =>
        dice.Chance(25)
            ? new()
            : new()
            {
                MatchLabels = dice.Chance(50) ? ImmutableSortedDictionary<string, string>.Empty.Add(dice.Of(keys), dice.Of(s_values)) : null,
                MatchExpressions = dice.Chance(50) ? [.. dice.Some(2, () => Expression(keys))] : null,
            };

    private LabelSelectorRequirement Expression(string[] keys)
    {
        var op = (LabelOperator)dice.Next(4);
        return new LabelSelectorRequirement(dice.Of(keys), op)
        {
            Values = op is LabelOperator.In or LabelOperator.NotIn ? [dice.Of(s_values), .. dice.Some(1, () => dice.Of(s_values))] : null,
        };
    }

    private string LabelText(string[] keys) => string.Join(',', keys.Where(_ => dice.Chance(70)).Select(key => $"{key}={dice.Of(s_values)}"));

    private PortProtocol Protocol() => (PortProtocol)dice.Next(3);
}
