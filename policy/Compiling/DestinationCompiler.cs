using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>
/// One local workload's verdicts: a function of the workload and the index, of nothing else. It remembers each tag's grants, so that a change that
/// touches a tag costs that tag's judgement.
/// </summary>
internal sealed class DestinationCompiler
{
    private readonly PolicyIndex _index;
    private readonly LocalWorkload _workload;
    private readonly SortedDictionary<Tag, TagGrants> _tags = [];
    private HashSet<PolicyModel> _policies = new(ReferenceEqualityComparer.Instance);
    private IngressFrom? _ingress;
    private ImmutableArray<(AddressFamily? Family, EgressTowards Egress, Rights Pod)> _families = [];
    private ImmutableArray<Grant> _kinds = [];
    private ImmutableArray<Exit>? _exits;
    private bool _openToKinds;
    private bool _isWary;
    private Destination? _result;

    public DestinationCompiler(PolicyIndex index, LocalWorkload workload) => (_index, _workload) = (index, workload);

    /// <summary>The workload as it is compiled for.</summary>
    public LocalWorkload Workload => _workload;

    /// <summary>Compiles everything.</summary>
    public void Compile()
    {
        var policies = _index.PoliciesOf(_workload.Namespace, _workload.Labels);
        _policies = policies.ToHashSet<PolicyModel>(ReferenceEqualityComparer.Instance);
        _ingress = new IngressFrom(_index, _workload, TierRules.Of([.. policies.Where(policy => policy.ConcernsIngress)], ingress: true));
        _exits = ExitCompiler.Compile(TierRules.Of([.. policies.Where(policy => policy.ConcernsEgress)], ingress: false), _index);
        var everybody = _index.Senders.Everybody;
        _families =
        [
            .. Families().Select(family =>
            {
                var egress = new EgressTowards(_index, _workload, family.Address);
                return (family.Family, egress, _ingress.AnyPod.Within(egress.Of(everybody, [])));
            }),
        ];
        CompileKinds(_ingress);
        _tags.Clear();
        JudgeUnknownPods(_ingress);
        foreach (var tag in Candidates(_ingress))
        {
            Judge(tag);
        }

        _result = null;
    }

    /// <summary>Takes a change into account.</summary>
    /// <param name="change">What it touches.</param>
    public void Update(IndexChange change)
    {
        if (change.Everything || _policies.Overlaps(change.Policies) || change.Policies.Any(Speaks))
        {
            Compile();
            return;
        }

        foreach (var tag in change.Tags)
        {
            Judge(tag);
        }

        foreach (var (_, egress, _) in _families)
        {
            egress.Forget();
        }
    }

    /// <summary>The verdicts: the same object as last time, unless something changed.</summary>
    public Destination Result()
    {
        if (_result is not null)
        {
            return _result;
        }

        var particular = _tags.Where(tag => tag.Value.IsParticular).Select(tag => tag.Key).ToImmutableArray();
        var open = _openToKinds && particular.IsEmpty;
        var grants = _tags.Values.SelectMany(tag => tag.Grants).Where(grant => !open || grant.Flagged);
        return _result = new Destination(_workload.Key)
        {
            Pods = _workload.Pods,
            IsOpen = open,
            IsConfined = _exits is not null,
            Grants = open ? [.. grants] : [.. grants, .. _kinds],
            Particular = particular,
            IsWary = _isWary,
            AllowedAddresses = _ingress!.Addresses.Allowed,
            DeniedAddresses = _ingress.Addresses.Denied,
            Exits = _exits ?? [],
        };
    }

    private bool Speaks(PolicyModel policy) => policy is { Subject: { } subject, IsAudit: false } && _index.Peers.Means(subject, _workload.Namespace, _workload.Labels);

    /// <summary>Each family by itself where senders' rules name addresses and the pods have both kinds; else both at once.</summary>
    private IEnumerable<(AddressFamily? Family, IPAddress? Address)> Families()
    {
        var addresses = _workload.Addresses.DistinctBy(address => address.AddressFamily).ToList();
        return addresses.Count > 1 && !_index.EgressBlocks.IsEmpty
            ? addresses.Select(address => ((AddressFamily?)address.AddressFamily, (IPAddress?)address))
            : [(null, addresses.FirstOrDefault())];
    }

    /// <summary>What outsiders and pods at large may do: said once where it is the same.</summary>
    private void CompileKinds(IngressFrom ingress)
    {
        var kinds = new List<Grant>();
        _openToKinds = ingress.Addresses.Denied.IsEmpty;
        _isWary = false;
        foreach (var (family, egress, pod) in _families)
        {
            var outsider = ingress.Outsider;
            var stranger = ingress.UnknownTag.Within(egress.Of(_index.Senders.Everybody, []));
            GrantList.Add(kinds, GrantSource.Anyone, flagged: false, outsider.And(pod.WithoutReasons()), family);
            GrantList.Add(kinds, GrantSource.Outsider, flagged: false, outsider.Except(pod), family);
            GrantList.Add(kinds, GrantSource.AnyPod, flagged: false, pod.Except(outsider), family);
            _openToKinds &= PortEntries.IsEverything(outsider.Plain) && PortEntries.IsEverything(pod.Plain) && PortEntries.IsEverything(stranger.Plain);
            _isWary |= !pod.Except(stranger).IsEmpty;
        }

        _kinds = GrantList.Sort(kinds);
    }

    private void JudgeUnknownPods(IngressFrom ingress) =>
        Keep(
            Tag.UnknownPod,
            TagGrants.Of(
                Tag.UnknownPod,
                [.. _families.Select(family => new FamilyRights(ingress.UnknownPod.Within(family.Egress.Of(_index.Senders.Everybody, [])), ingress.Outsider, family.Family))]
            )
        );

    private void Judge(Tag tag)
    {
        if (_index.Record(tag) is not { } record)
        {
            Keep(tag, null);
            return;
        }

        var profile = _index.Senders.ProfileOf(tag);
        var ingress = _ingress!.Of(record);
        var rights = _families.Select(family =>
        {
            var both = ingress.Within(family.Egress.Of(profile?.Tiers ?? _index.Senders.Everybody, profile?.Perhaps ?? []));
            return new FamilyRights(record.Active || profile is { IsRestricted: true } ? both : both.And(family.Pod), family.Pod, family.Family);
        });
        Keep(tag, profile is not { IsRestricted: true } ? TagGrants.Of(tag, [.. rights]) : record.Active ? TagGrants.Flagged(tag, [.. rights]) : null);
    }

    private void Keep(Tag tag, TagGrants? grants)
    {
        if (grants is null ? _tags.Remove(tag) : !_tags.TryGetValue(tag, out var before) || !Same(before, grants))
        {
            _result = null;
            if (grants is not null)
            {
                _tags[tag] = grants;
            }
        }
    }

    private static bool Same(TagGrants left, TagGrants right) => left.IsParticular == right.IsParticular && left.Grants.AsSpan().SequenceEqual(right.Grants.AsSpan());

    /// <summary>The tags that may be judged otherwise here than pods at large.</summary>
    private HashSet<Tag> Candidates(IngressFrom ingress)
    {
        var found = ingress.Told().Select(tag => tag.Tag).ToHashSet();
        var senders = _index.Senders;
        found.UnionWith(senders.Everywhere);
        foreach (var (policy, rule) in _index.EgressInto(_workload))
        {
            var all = policy.Subject!.Value.IsAnyPod;
            if (rule.Effect == RuleEffect.Allow && all)
            {
                found.UnionWith(senders.Restricted);
            }

            if (!all)
            {
                found.UnionWith(_index.Peers.Meant(policy.Subject!.Value).Select(tag => tag.Tag));
            }
        }

        if (!senders.Everybody.IsNone)
        {
            found.UnionWith(senders.Acquainted);
        }

        return found;
    }
}
