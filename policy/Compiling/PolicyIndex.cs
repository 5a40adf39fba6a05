using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// The cluster's policies, read and indexed: from a workload to the policies that speak for it, from a peer to the tags that it means, from a destination
/// to the egress rules that mean it. Says nothing of this node's own pods. A destination's verdicts are a function of it and this index.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly NamespaceIndex _namespaces;
    private readonly TagIndex _tags;
    private readonly Dictionary<Tag, KnownTag> _records;
    private readonly Dictionary<string, SelectorIndex<PolicyModel>> _subjects = new(StringComparer.Ordinal);
    private readonly ILookup<string, PolicyModel> _byNamespace;
    private readonly ImmutableArray<PolicyModel> _acrossNamespaces;
    private readonly ImmutableArray<EgressReach> _egressRules;
    private readonly Dictionary<string, SelectorIndex<EgressReach>> _egressInto = new(StringComparer.Ordinal);
    private readonly Dictionary<PodPeer, ImmutableArray<KnownTag>> _meant = [];
    private readonly Dictionary<PodPeer, ImmutableArray<KnownTag>> _perhapsMeant = [];

    public PolicyIndex(PolicyInputs inputs)
    {
        var models = PolicyReading.ReadAll(inputs.Policies, inputs.NetworkPolicies, inputs.ClusterPolicies);
        var tags = KnownTag.Read(inputs.Tags);
        _namespaces = new NamespaceIndex(inputs.Namespaces);
        _tags = new TagIndex(tags);
        _records = tags.ToDictionary(tag => tag.Tag);
        Nodes = inputs.Nodes;
        All = [.. models.Where(policy => !policy.IsAudit && policy.Subject is not null)];
        _byNamespace = All.Where(policy => policy.Subject!.Value.Namespace is not null).ToLookup(policy => policy.Subject!.Value.Namespace!, StringComparer.Ordinal);
        _acrossNamespaces = [.. All.Where(policy => policy.Subject!.Value.Namespace is null)];
        _egressRules = [.. All.SelectMany(policy => policy.Egress.Select(rule => new EgressReach(policy, rule)))];
        DefaultAction = inputs.DefaultAction;
        Keys = KeysInForce.Of(inputs.WorkloadLabels, models, _namespaces);
        PortNames = All.SelectMany(policy => policy.Ingress.Concat(policy.Egress)).SelectMany(rule => rule.NamedPorts).Select(port => port.Name).ToHashSet(StringComparer.Ordinal);
        EgressBlocks = [.. _egressRules.SelectMany(reach => reach.Rule.Blocks).Distinct().OrderBy(block => block.Text, StringComparer.Ordinal)];
        Senders = new SenderIndex(this);
    }

    /// <summary>Every policy in force, in the order of judgement.</summary>
    public ImmutableArray<PolicyModel> All { get; }

    /// <summary>What happens where no policy decides.</summary>
    public DefaultAction DefaultAction { get; }

    /// <summary>The label keys in force.</summary>
    public KeysInForce Keys { get; }

    /// <summary>The nodes.</summary>
    public ImmutableArray<PolicyNode> Nodes { get; }

    /// <summary>The names of ports that policies use.</summary>
    public IReadOnlySet<string> PortNames { get; }

    /// <summary>The blocks that egress rules name, sorted.</summary>
    public ImmutableArray<AddressBlock> EgressBlocks { get; }

    /// <summary>What policies say of senders, by their tags.</summary>
    public SenderIndex Senders { get; }

    /// <summary>What is known of a tag; null for reserved numbers and those that nobody was given.</summary>
    public KnownTag? Record(Tag tag) => _records.GetValueOrDefault(tag);

    /// <summary>Every tag, those at rest included.</summary>
    public IEnumerable<KnownTag> Tags => _records.Values;

    /// <summary>The policies that speak for some pods, whose labels are known in full (or at least under the keys in force), in the order of judgement.</summary>
    public List<PolicyModel> PoliciesOf(string ns, IReadOnlyDictionary<string, string> labels)
    {
        if (!_subjects.TryGetValue(ns, out var subjects))
        {
            _subjects.Add(ns, subjects = new());
            foreach (var policy in _byNamespace[ns].Concat(_acrossNamespaces.Where(policy => _namespaces.Selects(policy.Subject!.Value.Namespaces, ns))))
            {
                subjects.Add(policy.Subject!.Value.Pods, policy);
            }
        }

        var found = subjects.Find(labels).ToHashSet().ToList();
        found.Sort(PolicyOrder.Instance);
        return found;
    }

    /// <summary>Whether a peer means pods with some labels, known in full.</summary>
    public bool Means(PodPeer peer, string ns, IReadOnlyDictionary<string, string> labels) => MeansNamespace(peer, ns) && peer.Pods.Selects(labels);

    /// <summary>Whether a peer means the pods behind a tag, as far as its record tells.</summary>
    public Match Means(PodPeer peer, KnownTag tag)
    {
        var inNamespace = peer.Namespace is not null || _namespaces.IsListed(tag.Namespace) || peer.Namespaces.IsEverything
            ? MeansNamespace(peer, tag.Namespace) ? Match.Yes : Match.No
            : Match.Unknown;
        return inNamespace == Match.No ? Match.No : (Match)Math.Min((int)inNamespace, (int)peer.Pods.Judge(tag));
    }

    /// <summary>The tags that a peer means, surely; those at rest included.</summary>
    public ImmutableArray<KnownTag> Meant(PodPeer peer)
    {
        if (!_meant.TryGetValue(peer, out var tags))
        {
            tags = [.. NamespacesOf(peer).SelectMany(ns => _tags.Selected(ns, peer.Pods))];
            _meant.Add(peer, tags);
        }

        return tags;
    }

    /// <summary>The tags that a peer may mean or not: a label that decides is not recorded, or their namespace's labels are not known.</summary>
    public ImmutableArray<KnownTag> PerhapsMeant(PodPeer peer)
    {
        if (!_perhapsMeant.TryGetValue(peer, out var tags))
        {
            var strangers = peer.Namespace is null && !peer.Namespaces.IsEverything ? _records.Values.Where(tag => !_namespaces.IsListed(tag.Namespace) && peer.Pods.Judge(tag) != Match.No) : [];
            tags = [.. NamespacesOf(peer).SelectMany(ns => _tags.PerhapsSelected(ns, peer.Pods)).Concat(strangers).Distinct()];
            _perhapsMeant.Add(peer, tags);
        }

        return tags;
    }

    /// <summary>Every egress rule of the cluster that means a local workload by what its pods are, or by their addresses.</summary>
    public IEnumerable<EgressReach> EgressInto(LocalWorkload workload)
    {
        if (!_egressInto.TryGetValue(workload.Namespace, out var into))
        {
            _egressInto.Add(workload.Namespace, into = ReachingInto(workload.Namespace));
        }

        var found = into.Find(workload.Labels);
        var byAddress = _egressRules.Where(reach => !reach.Rule.Blocks.IsEmpty && reach.Rule.Blocks.Any(block => workload.Addresses.Any(block.Contains)));
        return found.Concat(byAddress).Distinct();
    }

    /// <summary>The nodes that a selector means.</summary>
    public IEnumerable<PolicyNode> NodesOf(Selector selector) => Nodes.Where(node => selector.Selects(node.Labels));

    private bool MeansNamespace(PodPeer peer, string ns) =>
        peer.Namespace is { } only ? string.Equals(only, ns, StringComparison.Ordinal) : _namespaces.Selects(peer.Namespaces, ns);

    private IEnumerable<string> NamespacesOf(PodPeer peer) =>
        peer.Namespace is { } only ? [only]
        : peer.Namespaces.IsEverything ? _tags.Namespaces
        : _namespaces.Selected(peer.Namespaces);

    private SelectorIndex<EgressReach> ReachingInto(string ns)
    {
        var into = new SelectorIndex<EgressReach>();
        foreach (var reach in _egressRules)
        {
            if (reach.Rule.MeansAnyone)
            {
                into.Add(SelectorPool.Everything, reach);
            }

            foreach (var peer in reach.Rule.Pods)
            {
                if (MeansNamespace(peer, ns))
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
