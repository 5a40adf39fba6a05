using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// Policies, namespaces and tags, arranged for the questions that one destination asks. What a selector means is found when first asked for,
/// once; so a node pays for the policies that reach its own pods. A destination's verdicts are a function of it and this index.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly NamespaceIndex _namespaces;
    private readonly TagIndex _tags;
    private readonly Dictionary<string, ImmutableArray<PolicyModel>> _policies;
    private readonly ImmutableArray<(PolicyModel Policy, PolicyRule Rule)> _egressRules;
    private readonly Dictionary<string, ImmutableArray<EgressReach>> _egressInto = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Namespace, Selector? Namespaces, Selector Pods), ImmutableArray<Tag>> _peerTags = [];

    public PolicyIndex(PolicyInputs inputs)
    {
        var reader = new PolicyReader(new SelectorPool());
        var models = inputs.Policies.Select(policy => reader.Read(policy).Model).ToList();
        var tags = KnownTag.Read(inputs.Tags);
        _namespaces = new NamespaceIndex(inputs.Namespaces);
        _tags = new TagIndex(tags);
        _policies = models
            .GroupBy(policy => policy.Namespace, StringComparer.Ordinal)
            .ToDictionary(
                ns => ns.Key,
                ns => ns.OrderBy(policy => policy.Name.Name, StringComparer.Ordinal).ToImmutableArray(),
                StringComparer.Ordinal
            );
        _egressRules = [.. models.SelectMany(policy => policy.Egress.Where(rule => rule.Ports.Length > 0).Select(rule => (policy, rule)))];
        DefaultAction = inputs.DefaultAction;
        Keys = KeysInForce.Of(inputs.WorkloadLabels, models, _namespaces);
        Restricted = models.Where(policy => policy.IsolatesEgress).SelectMany(policy => Senders(policy)).Select(tag => tag.Tag).ToImmutableSortedSet();
    }

    /// <summary>What happens where no policy isolates.</summary>
    public DefaultAction DefaultAction { get; }

    /// <summary>The label keys in force.</summary>
    public KeysInForce Keys { get; }

    /// <summary>The tags whose records say that some policy isolates their egress.</summary>
    /// <remarks>
    /// Only those whose records say so. Where a record leaves it Unknown, some of the tag's pods may be isolated and others not. The sender's agent
    /// knows the labels in full and flags just those that are, and a flagged packet needs a grant that only a surely selected tag has: so an isolated
    /// pod behind a half-known tag reaches nothing, as it must. To restrict the whole tag besides would add nothing to that, but cut its innocent
    /// pods off each time a policy brings a new key into force. While the sender's agent lags behind us its pod keeps what it had before the policy.
    /// </remarks>
    public ImmutableSortedSet<Tag> Restricted { get; }

    /// <summary>The policies that speak for a local workload, by name. Its labels are known in full.</summary>
    public IEnumerable<PolicyModel> PoliciesOf(LocalWorkload workload) =>
        _policies.TryGetValue(workload.Namespace, out var policies) ? policies.Where(policy => policy.Subject.Selects(workload.Labels)) : [];

    /// <summary>The tags, surely, that a policy speaks for.</summary>
    public ImmutableArray<KnownTag> Senders(PolicyModel policy) => _tags.Selected(policy.Namespace, policy.Subject);

    /// <summary>The tags in use, surely, that a peer means; not for <see cref="Peer.IsAnyPod"/>.</summary>
    public ImmutableArray<Tag> TagsOf(PolicyModel policy, Peer peer)
    {
        var key = (peer.Namespaces is null ? policy.Namespace : null, peer.Namespaces, peer.Pods);
        if (!_peerTags.TryGetValue(key, out var tags))
        {
            var namespaces = peer.Namespaces switch
            {
                null => [policy.Namespace],
                { IsEverything: true } => _tags.Namespaces,
                _ => _namespaces.Selected(peer.Namespaces),
            };
            tags = [.. namespaces.SelectMany(ns => _tags.Selected(ns, peer.Pods)).Where(tag => tag.Active).Select(tag => tag.Tag)];
            _peerTags.Add(key, tags);
        }

        return tags;
    }

    /// <summary>Every egress rule of the cluster that allows its senders to reach a local workload.</summary>
    public IEnumerable<EgressReach> EgressInto(LocalWorkload workload)
    {
        if (!_egressInto.TryGetValue(workload.Namespace, out var into))
        {
            into = [.. _egressRules.Select(rule => Reach(rule.Policy, rule.Rule, workload.Namespace)).OfType<EgressReach>()];
            _egressInto.Add(workload.Namespace, into);
        }

        return into.Where(reach => reach.Pods.IsEmpty || reach.Pods.Any(pods => pods.Selects(workload.Labels)));
    }

    private EgressReach? Reach(PolicyModel policy, PolicyRule rule, string ns)
    {
        if (rule.Peers.IsEmpty)
        {
            return new EgressReach(policy, rule, []);
        }

        var pods = rule
            .Peers.Where(peer => peer.Namespaces is null ? string.Equals(policy.Namespace, ns, StringComparison.Ordinal) : _namespaces.Selects(peer.Namespaces, ns))
            .Select(peer => peer.Pods)
            .ToImmutableArray();
        return pods.IsEmpty ? null : new EgressReach(policy, rule, pods);
    }
}

/// <summary>An egress rule that reaches into a namespace.</summary>
/// <param name="Policy">Whose senders it speaks for.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Pods">Which pods of the namespace: any of these; empty: all.</param>
internal sealed record EgressReach(PolicyModel Policy, PolicyRule Rule, ImmutableArray<Selector> Pods);
