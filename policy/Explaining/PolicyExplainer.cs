using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Says which policy and rule decide a connection, in each direction. Pure; agrees with the compiled table.</summary>
/// <param name="inputs">Policies, namespaces and tags; its pods are not asked for.</param>
public sealed class PolicyExplainer(PolicyInputs inputs)
{
    private readonly PolicyIndex _index = new(inputs);
    private readonly TagMatching _matching = TagMatching.Of(inputs.Tags);

    /// <summary>Explains one connection between two ends, of which at least one is a pod. A pod to itself is allowed before policy is asked.</summary>
    /// <param name="source">Who opens it.</param>
    /// <param name="destination">To whom, after address translation.</param>
    /// <param name="protocol">The protocol; null for one without ports, as ICMP.</param>
    /// <param name="port">The destination's port; ignored where there are none.</param>
    public Explanation Explain(Endpoint source, Endpoint destination, PortProtocol? protocol, ushort port)
    {
        var tag = source.Tag ?? _matching.Match(source.Namespace ?? "", source.Labels);
        var connection = new Connection(source, tag, _index.Record(tag), destination, protocol, port);
        return new Explanation(tag, Egress(connection), Ingress(connection));
    }

    private DirectionVerdict Egress(Connection connection)
    {
        var (source, destination) = (connection.Source, connection.Destination);
        var isolating = Policies(source).Where(policy => policy.IsolatesEgress).ToList();
        var restricted = _index.Restricted.Contains(connection.Tag);
        if (isolating.Count == 0 && !(restricted && destination.Namespace is not null))
        {
            return new DirectionVerdict(true, false, [], Reasons.None, "no policy isolates the source's egress");
        }

        // What leaves the overlay is judged at the source, on labels in full; what goes to a pod is judged there, on what the tag records.
        bool Speaks(PolicyModel policy) =>
            destination.Namespace is null
                ? isolating.Contains(policy)
                : connection.Record is { Active: true } record && policy.Namespace == record.Namespace && policy.Subject.Judge(record) == Match.Yes;

        var because = Granting(_index.All.Where(Speaks), policy => policy.Egress, (policy, peer) => Means(policy, peer, destination), connection);
        var right = Granting(isolating, policy => policy.Egress, (policy, peer) => Means(policy, peer, destination), connection);
        return Say("egress", isolating, because, right, connection);
    }

    private DirectionVerdict Ingress(Connection connection)
    {
        var isolating = Policies(connection.Destination).Where(policy => policy.IsolatesIngress).ToList();
        if (connection.Destination.Namespace is null || (isolating.Count == 0 && _index.DefaultAction == DefaultAction.Allow))
        {
            return new DirectionVerdict(true, false, [], Reasons.None, "no policy isolates the destination's ingress");
        }

        bool Known(PolicyModel policy, Peer peer) =>
            peer.IsAnyPod ? connection.Tag.IsWorkload : connection.Record is { Active: true } record && _index.Means(policy, peer, record);

        var because = Granting(isolating, policy => policy.Ingress, Known, connection);
        var right = Granting(isolating, policy => policy.Ingress, (policy, peer) => Means(policy, peer, connection.Source), connection);
        return Say("ingress", isolating, because, right, connection);
    }

    private IEnumerable<PolicyModel> Policies(Endpoint end) =>
        end.Namespace is null ? [] : _index.PoliciesOf(new LocalWorkload(new WorkloadKey(end.Namespace, ""), end.Labels, []));

    private bool Means(PolicyModel policy, Peer peer, Endpoint end) =>
        end.Namespace is { } ns && _index.Means(policy, peer, ns) && peer.Pods.Selects(end.Labels);

    private static Reasons Granting(
        IEnumerable<PolicyModel> policies,
        Func<PolicyModel, ImmutableArray<PolicyRule>> rules,
        Func<PolicyModel, Peer, bool> means,
        Connection connection
    ) =>
        Reasons.Of(
            from policy in policies
            from rule in rules(policy)
            where rule.Peers.IsEmpty || rule.Peers.Any(peer => means(policy, peer))
            where rule.Ports.Any(connection.Fits)
            select rule.Reference
        );

    private static DirectionVerdict Say(string direction, List<PolicyModel> isolating, Reasons because, Reasons right, Connection connection)
    {
        ImmutableArray<ObjectKey> names = [.. isolating.Select(policy => policy.Name).OrderBy(name => name.Name, StringComparer.Ordinal)];
        var by = names.IsEmpty ? "the default action" : string.Join(", ", names);
        var port = PortText.Of(connection.Protocol, connection.Protocol is null ? null : PortRange.Of(connection.Port));
        var text =
            because.Rules.Length > 0 ? $"allowed by {because}"
            : right.Rules.Length > 0
                ? $"isolated by {by}; {right} would allow {port}, but tag {connection.Tag} does not record the labels that decide: it waits for the operator's tag"
            : $"isolated by {by}; no {direction} rule allows {port}";
        return new DirectionVerdict(because.Rules.Length > 0, true, names, because, text);
    }

    private sealed record Connection(Endpoint Source, Tag Tag, KnownTag? Record, Endpoint Destination, PortProtocol? Protocol, ushort Port)
    {
        public bool Fits(PortEntry entry) => entry.Protocol is null || (entry.Protocol == Protocol && entry.Ports.Contains(Port));
    }
}
