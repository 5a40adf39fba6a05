using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// The cluster's policies, read and indexed: from a workload to the policies that speak for it, from a peer to the tags that it means, from a destination
/// to the egress rules that mean it. Says nothing of this node's own pods. A destination's verdicts are a function of it and this index.
/// It follows changes with work in proportion to what they touch.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly PolicyLedger _ledger = new();
    private readonly NamespaceIndex _namespaces = new();
    private readonly TagIndex _tags = new();
    private readonly SubjectIndex _subjects;
    private readonly EgressIndex _egress;

    /// <summary>Those that mean namespaces by their labels, and may mean others when these change.</summary>
    private readonly HashSet<PolicyModel> _selecting = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<PolicyModel> _watching = new(ReferenceEqualityComparer.Instance);
    private readonly UseCounts<string> _portNames = new();
    private readonly UseCounts<AddressBlock> _egressBlocks = new();
    private (int Version, ImmutableArray<AddressBlock> Blocks) _sortedBlocks = (-1, []);

    /// <summary>How many policies name addresses or nodes: to the others it is all one which nodes there are.</summary>
    private int _addressed;

    public PolicyIndex()
    {
        _subjects = new SubjectIndex(_namespaces);
        _egress = new EgressIndex(_namespaces);
        Keys = new KeyLedger(_namespaces);
        Peers = new PeerIndex(_namespaces, _tags);
        Senders = new SenderIndex(this);
    }

    public PolicyIndex(PolicyInputs inputs)
        : this() => Update(Compare(inputs));

    /// <summary>What happens where no policy decides.</summary>
    public DefaultAction DefaultAction { get; private set; }

    /// <summary>The label keys in force.</summary>
    public KeyLedger Keys { get; }

    /// <summary>The nodes.</summary>
    public ImmutableArray<PolicyNode> Nodes { get; private set; } = [];

    /// <summary>The names of ports that policies use.</summary>
    public UseCounts<string> PortNames => _portNames;

    /// <summary>Whom peers mean.</summary>
    public PeerIndex Peers { get; }

    /// <summary>What policies say of senders, by their tags.</summary>
    public SenderIndex Senders { get; }

    /// <summary>The tags.</summary>
    public TagIndex Tags => _tags;

    /// <summary>Whether so much has been read that it pays to begin anew, since answers about selectors of all that was ever read are kept.</summary>
    public bool IsWornOut => _ledger.Reads > 10_000 + (4 * _ledger.Count);

    /// <summary>The policies whose pods' connections somebody wants to hear of though they are allowed.</summary>
    public IReadOnlyCollection<PolicyModel> Watching => _watching;

    /// <summary>The blocks that egress rules name, sorted.</summary>
    public ImmutableArray<AddressBlock> EgressBlocks
    {
        get
        {
            if (_sortedBlocks.Version != _egressBlocks.Version)
            {
                _sortedBlocks = (_egressBlocks.Version, [.. _egressBlocks.Used.OrderBy(block => block.Text, StringComparer.Ordinal)]);
            }

            return _sortedBlocks.Blocks;
        }
    }

    /// <summary>Whether a policy is only audited.</summary>
    public bool IsAudit(PolicyName name) => _ledger.IsAudit(name);

    /// <summary>How inputs differ from what was taken over. Nothing changes yet.</summary>
    public InputChanges Compare(PolicyInputs inputs) => new(_ledger.Compare(inputs), _tags.Compare(inputs.Tags), inputs.Surroundings);

    /// <summary>Everything that was taken over, as changes from nothing.</summary>
    /// <param name="now">What is there beside policies and tags.</param>
    public InputChanges Everything(PolicySurroundings now) => new(_ledger.Everything, _tags.Everything, now);

    /// <summary>Takes changes over.</summary>
    /// <returns>What they touch.</returns>
    public IndexChange Update(InputChanges changes)
    {
        var inputs = changes.Now;
        var (gone, come) = _ledger.Update(changes.Policies);
        var namespaces = _namespaces.Compare(inputs.Namespaces);
        var (tags, tagNamespaces) = _tags.Update(changes.Tags);
        tagNamespaces.UnionWith(namespaces.CameOrWent);
        tags.UnionWith(namespaces.CameOrWent.SelectMany(ns => _tags.Selected(ns, Selector.Everything)).Select(tag => tag.Tag));
        var flipped = Flipped(namespaces.Flipped);
        foreach (var policy in gone.Concat(flipped).Distinct())
        {
            Remove(policy);
        }

        var goneSet = gone.ToHashSet(ReferenceEqualityComparer.Instance);
        _namespaces.Apply(namespaces);
        Peers.Forget(tagNamespaces, namespaces);
        foreach (var policy in tagNamespaces.Count == 0 ? [] : SpeakingIn(tagNamespaces))
        {
            Senders.Refresh(policy);
        }

        foreach (var policy in come.Concat(flipped.Where(policy => !goneSet.Contains(policy))))
        {
            Add(policy);
        }

        var profiles = Senders.Settle(ForAll());
        var touched = gone.Concat(come).Concat(flipped).ToHashSet<PolicyModel>(ReferenceEqualityComparer.Instance);
        var rest =
            inputs.DefaultAction != DefaultAction
            || (_addressed > 0 && inputs.Nodes != Nodes && !inputs.Nodes.AsSpan().SequenceEqual(Nodes.AsSpan()))
            || touched.Any(policy => policy is { ConcernsEgress: true, Subject.IsAnyPod: true });
        (DefaultAction, Nodes) = (inputs.DefaultAction, inputs.Nodes);
        if (profiles is not null)
        {
            tags.UnionWith(profiles);
        }

        return new IndexChange(touched, tags, profiles is null || rest);
    }

    /// <summary>The policies that speak for some pods, whose labels are known in full (or at least under the keys in force), in the order of judgement.</summary>
    public List<PolicyModel> PoliciesOf(string ns, IReadOnlyDictionary<string, string> labels) => _subjects.Of(ns, labels);

    /// <summary>Whether any policy that is not for every pod speaks of connections from some pods.</summary>
    public bool SpeaksOfEgress(string ns, IReadOnlyDictionary<string, string> labels) =>
        _subjects.Find(ns, labels).Any(policy => policy.ConcernsEgress && !policy.Subject!.Value.IsAnyPod);

    /// <summary>What is known of a tag; null for reserved numbers and those that nobody was given.</summary>
    public KnownTag? Record(Tag tag) => _tags.Find(tag);

    /// <summary>Every egress rule of the cluster that means a local workload by what its pods are, or by their addresses.</summary>
    public IEnumerable<EgressReach> EgressInto(LocalWorkload workload) => _egress.Of(workload);

    /// <summary>The nodes that a selector means.</summary>
    public IEnumerable<PolicyNode> NodesOf(Selector selector) => Nodes.Where(node => selector.Selects(node.Labels));

    private static IEnumerable<PodPeer> PeersOf(PolicyModel policy) =>
        policy.Ingress.Concat(policy.Egress).SelectMany(rule => rule.Pods).Append(policy.Subject!.Value);

    /// <summary>The policies that mean others when these selectors select others.</summary>
    private List<PolicyModel> Flipped(HashSet<Selector> selectors)
    {
        var flipped = new List<PolicyModel>();
        foreach (var policy in selectors.Count == 0 ? [] : _selecting)
        {
            if (PeersOf(policy).Any(peer => selectors.Contains(peer.Namespaces)))
            {
                flipped.Add(policy);
            }
            else
            {
                policy.Rest();
            }
        }

        return flipped;
    }

    private void Add(PolicyModel policy)
    {
        Keys.Add(policy);
        if (policy.IsWatching)
        {
            _watching.Add(policy);
        }

        if (policy.IsAudit || policy.Subject is null || !_subjects.Add(policy))
        {
            return;
        }

        if (policy.SelectsNamespaces || policy.Subject.Value.Namespace is null)
        {
            _selecting.Add(policy);
        }

        _addressed += IsAddressed(policy) ? 1 : 0;
        _egress.Add(policy);
        Senders.Add(policy);
        Count(policy, static (counts, item) => counts.Add(item), static (counts, item) => counts.Add(item));
        policy.Rest();
    }

    private void Remove(PolicyModel policy)
    {
        Keys.Remove(policy);
        _watching.Remove(policy);
        if (policy.IsAudit || policy.Subject is null || !_subjects.Remove(policy))
        {
            return;
        }

        _selecting.Remove(policy);
        _addressed -= IsAddressed(policy) ? 1 : 0;
        _egress.Remove(policy);
        Senders.Remove(policy);
        Count(policy, static (counts, item) => counts.Remove(item), static (counts, item) => counts.Remove(item));
    }

    private void Count(PolicyModel policy, Action<UseCounts<string>, string> name, Action<UseCounts<AddressBlock>, AddressBlock> block)
    {
        foreach (var port in policy.Ingress.Concat(policy.Egress).SelectMany(rule => rule.NamedPorts))
        {
            name(_portNames, port.Name);
        }

        foreach (var named in policy.Egress.SelectMany(rule => rule.Blocks))
        {
            block(_egressBlocks, named);
        }
    }

    /// <summary>The policies in force that may speak for tags of some namespaces.</summary>
    private IEnumerable<PolicyModel> SpeakingIn(HashSet<string> namespaces) => namespaces.SelectMany(_subjects.In).Concat(_subjects.Across);

    private ImmutableArray<PolicyModel> ForAll() =>
        [.. _subjects.Across.Where(policy => policy.ConcernsEgress && policy.Subject!.Value.IsAnyPod).Order(PolicyOrder.Instance)];

    private static bool IsAddressed(PolicyModel policy) => policy.Ingress.Concat(policy.Egress).Any(rule => !rule.Blocks.IsEmpty || !rule.Nodes.IsEmpty);
}

/// <summary>What a change of the inputs touches.</summary>
/// <param name="Policies">The policies that came, went, or mean others than before.</param>
/// <param name="Tags">The tags that came, went, or are spoken of in another way.</param>
/// <param name="Everything">Whether every destination must be judged anew.</param>
internal sealed record IndexChange(IReadOnlySet<PolicyModel> Policies, HashSet<Tag> Tags, bool Everything);
