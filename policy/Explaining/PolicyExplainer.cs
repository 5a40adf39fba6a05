using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Says which policy and rule decide a connection, in each direction. Pure; agrees with the compiled table.</summary>
public sealed class PolicyExplainer
{
    private readonly PolicyIndex _index;
    private readonly TagMatching _matching;

    /// <summary>Reads the policies.</summary>
    /// <param name="inputs">Policies, namespaces, nodes and tags; its pods are not asked for.</param>
    public PolicyExplainer(PolicyInputs inputs)
        : this(new PolicyIndex(inputs ?? throw new ArgumentNullException(nameof(inputs)))) { }

    /// <summary>Explains by an index that somebody keeps; valid until that changes.</summary>
    internal PolicyExplainer(PolicyIndex index) => (_index, _matching) = (index, new TagMatching(index.Tags));

    /// <summary>Explains one connection between two ends, of which at least one is a pod. A pod to itself is allowed before policy is asked.</summary>
    /// <param name="source">Who opens it.</param>
    /// <param name="destination">To whom, after address translation.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="port">The destination's port, or ICMP's type and code (<see cref="IpProtocols.IcmpKey"/>); ignored for other protocols.</param>
    public Explanation Explain(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        var tag = source.Tag ?? _matching.Match(source.Namespace ?? "", source.Labels);
        var connection = new Connection(source, tag, _index.Record(tag), destination, protocol, port);
        return new Explanation(tag, Egress(connection), Ingress(connection));
    }

    /// <summary>The pods behind a tag, by what the tag records of them; null for reserved numbers and those that nobody was given.</summary>
    /// <param name="tag">The tag.</param>
    public Endpoint? PodBehind(Tag tag) => _index.Record(tag) is { } record ? Endpoint.Pod(record.Namespace, record.Labels, tag) : null;

    /// <summary>What leaves the overlay is judged at the source, on labels in full; what goes to a pod is judged there, on what the tag records.</summary>
    private DirectionVerdict Egress(Connection connection)
    {
        var (source, destination) = (connection.Source, connection.Destination);
        if (source.Namespace is null)
        {
            return Say("egress", [], new Decision(true, null, []), null, connection);
        }

        var policies = _index.PoliciesOf(source.Namespace, source.Labels).Where(policy => policy.ConcernsEgress).ToList();
        var tiers = TierRules.Of(policies, ingress: false);
        var right = new PointWalk(tiers, rule => MeansDestination(rule, connection), otherwise: true).Walk();
        if (destination.Namespace is null)
        {
            return Say("egress", policies, right, null, connection);
        }

        var flagged = policies.Exists(policy => !policy.Subject!.Value.IsAnyPod);
        var profile = connection.Record is { Active: true } ? _index.Senders.ProfileOf(connection.Tag) : null;
        if (flagged && profile is null)
        {
            return Say("egress", policies, new Decision(false, Tier.Namespaced, []), right, connection);
        }

        var known = profile?.Tiers ?? _index.Senders.Everybody;
        var perhaps = profile?.Perhaps ?? [];
        var decision = new PointWalk(
            known,
            rule => MeansDestination(rule, connection) == Match.No ? Match.No : perhaps.Contains(rule.Reference.Policy) ? Match.Unknown : Match.Yes,
            otherwise: true
        ).Walk();
        return Say("egress", policies, decision, right, connection);
    }

    private DirectionVerdict Ingress(Connection connection)
    {
        var destination = connection.Destination;
        if (destination.Namespace is null)
        {
            return Say("ingress", [], new Decision(true, null, []), null, connection);
        }

        var policies = _index.PoliciesOf(destination.Namespace, destination.Labels).Where(policy => policy.ConcernsIngress).ToList();
        var tiers = TierRules.Of(policies, ingress: true);
        var otherwise = _index.DefaultAction == DefaultAction.Allow;
        var decision = new PointWalk(tiers, rule => MeansSource(rule, connection, peer => Judge(peer, connection)), otherwise).Walk();
        var right = new PointWalk(
            tiers,
            rule => MeansSource(rule, connection, peer => connection.Source.Namespace is { } ns && _index.Peers.Means(peer, ns, connection.Source.Labels) ? Match.Yes : Match.No),
            otherwise
        ).Walk();
        return Say("ingress", policies, decision, right, connection);
    }

    /// <summary>Whether a peer means the source, as far as its tag tells.</summary>
    private Match Judge(PodPeer peer, Connection connection) =>
        connection.Record is { } record ? _index.Peers.Means(peer, record)
        : connection.Tag.IsWorkload && peer.IsAnyPod ? Match.Yes
        : connection.Tag.IsWorkload || connection.Tag == Tag.UnknownPod ? Match.Unknown
        : Match.No;

    private Match MeansSource(PolicyRule rule, Connection connection, Func<PodPeer, Match> judge)
    {
        if (!rule.PortsOf(connection.DestinationPorts).Any(connection.IsCovered))
        {
            return Match.No;
        }

        if (rule.MeansAnyone || rule.Blocks.Any(block => connection.Source.Addresses.Any(address => MeansAddress(block, address))))
        {
            return Match.Yes;
        }

        return rule.Pods.Select(judge).DefaultIfEmpty(Match.No).Max();
    }

    private bool MeansAddress(AddressBlock block, System.Net.IPAddress address) =>
        block.Contains(address) || _index.Nodes.Any(node => node.OverlayAddresses.Contains(address) && node.Addresses.Any(block.Contains));

    private Match MeansDestination(PolicyRule rule, Connection connection)
    {
        var destination = connection.Destination;
        if (!rule.PortsOf(connection.DestinationPorts).Any(connection.IsCovered))
        {
            return Match.No;
        }

        return
            rule.MeansAnyone
            || (destination.Namespace is { } ns && rule.Pods.Any(peer => _index.Peers.Means(peer, ns, destination.Labels)))
            || rule.Blocks.Any(block => destination.Addresses.Any(block.Contains))
            || (destination.Namespace is null && rule.Nodes.Any(selector => _index.NodesOf(selector).Any(node => destination.Addresses.Any(address => node.Addresses.Contains(address)))))
            ? Match.Yes
            : Match.No;
    }

    private DirectionVerdict Say(string direction, List<PolicyModel> policies, Decision decision, Decision? right, Connection connection)
    {
        ImmutableArray<PolicyName> isolating = [.. policies.Where(policy => direction == "egress" ? policy.IsolatesEgress : policy.IsolatesIngress).Select(policy => policy.Name).Order()];
        var byDefault = direction == "ingress" && connection.Destination.Namespace is not null && _index.DefaultAction == DefaultAction.Deny;
        var by = isolating.IsEmpty ? "the default action" : string.Join(", ", isolating);
        var port = PortText.Of(connection.Protocol, connection.Protocol == IpProtocol.Other ? null : PortRange.Of(connection.Port));
        var because = Reasons.Of(decision.Rules);
        var text =
            decision.Rules.Length > 0 ? $"{(decision.Allowed ? "allowed" : "denied")} by {because}"
            : decision.Allowed ? direction == "egress" ? "no policy isolates the source's egress" : "no policy isolates the destination's ingress"
            : right is { Allowed: true } ? $"isolated by {by}; {(right.Rules.IsEmpty ? "the default" : Reasons.Of(right.Rules))} would allow {port}, but tag {connection.Tag} does not record the labels that decide: it waits for the operator's tag"
            : $"isolated by {by}; no {direction} rule allows {port}";
        return new DirectionVerdict(decision.Allowed, !isolating.IsEmpty || byDefault, isolating, because, text)
        {
            IsLogged = policies.Exists(policy => policy.Ingress.Concat(policy.Egress).Any(rule => rule.Log && decision.Rules.Contains(rule.Reference))),
        };
    }

    private sealed record Connection(Endpoint Source, Tag Tag, KnownTag? Record, Endpoint Destination, IpProtocol Protocol, ushort Port)
    {
        public DeclaredPorts? DestinationPorts { get; } =
            Destination.Namespace is null ? null : DeclaredPorts.All(Destination.Ports);

        public bool IsCovered(PortEntry entry) => entry.Covers(Protocol, Port);
    }
}
