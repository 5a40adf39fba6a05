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
    private readonly Dictionary<Tag, KnownTag> _records;
    private readonly ImmutableArray<PolicyModel> _all;
    private readonly Dictionary<string, SelectorIndex<PolicyModel>> _policies = new(StringComparer.Ordinal);
    private readonly ImmutableArray<EgressReach> _egressRules;
    private readonly Dictionary<string, SelectorIndex<EgressReach>> _egressInto = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Namespace, Selector? Namespaces, Selector Pods), ImmutableArray<Tag>> _peerTags = [];

    public PolicyIndex(PolicyInputs inputs)
    {
        var reader = new PolicyReader(new SelectorPool());
        var models = inputs.Policies.Select(policy => reader.Read(policy).Model).ToList();
        var tags = KnownTag.Read(inputs.Tags);
        _namespaces = new NamespaceIndex(inputs.Namespaces);
        _tags = new TagIndex(tags);
        _records = tags.ToDictionary(tag => tag.Tag);
        _all = [.. models];
        foreach (var policy in models)
        {
            if (!_policies.TryGetValue(policy.Namespace, out var ofNamespace))
            {
                _policies.Add(policy.Namespace, ofNamespace = new());
            }

            ofNamespace.Add(policy.Subject, policy);
        }

        _egressRules = [.. models.SelectMany(policy => policy.Egress.Where(rule => rule.Ports.Length > 0).Select(rule => new EgressReach(policy, rule)))];
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

    /// <summary>The policies that speak for a local workload. Its labels are known in full.</summary>
    public IEnumerable<PolicyModel> PoliciesOf(LocalWorkload workload) =>
        _policies.TryGetValue(workload.Namespace, out var policies) ? policies.Find(workload.Labels) : [];

    /// <summary>Every policy of the cluster.</summary>
    public IEnumerable<PolicyModel> All => _all;

    /// <summary>What is known of a tag; null for reserved numbers and those that nobody was given.</summary>
    public KnownTag? Record(Tag tag) => _records.GetValueOrDefault(tag);

    /// <summary>Whether a peer means a tag's pods, surely.</summary>
    public bool Means(PolicyModel policy, Peer peer, KnownTag tag) => Means(policy, peer, tag.Namespace) && peer.Pods.Judge(tag) == Match.Yes;

    /// <summary>Whether a peer means pods of a namespace.</summary>
    public bool Means(PolicyModel policy, Peer peer, string ns) =>
        peer.Namespaces is null ? string.Equals(policy.Namespace, ns, StringComparison.Ordinal) : _namespaces.Selects(peer.Namespaces, ns);

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
            _egressInto.Add(workload.Namespace, into = ReachingInto(workload.Namespace));
        }

        return into.Find(workload.Labels);
    }

    private SelectorIndex<EgressReach> ReachingInto(string ns)
    {
        var into = new SelectorIndex<EgressReach>();
        foreach (var reach in _egressRules)
        {
            if (reach.Rule.Peers.IsEmpty)
            {
                into.Add(SelectorPool.Everything, reach);
            }

            foreach (var peer in reach.Rule.Peers)
            {
                if (Means(reach.Policy, peer, ns))
                {
                    into.Add(peer.Pods, reach);
                }
            }
        }

        return into;
    }
}

/// <summary>An egress rule, and whose.</summary>
/// <param name="Policy">Whose senders it speaks for.</param>
/// <param name="Rule">The rule.</param>
internal readonly record struct EgressReach(PolicyModel Policy, PolicyRule Rule);
