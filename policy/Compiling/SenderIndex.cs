using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>What policies say of connections from pods, by the pods' tags; kept as policies and tags come and go.</summary>
/// <remarks>
/// A policy whose subject is every pod there is says the same of every tag: it is kept once (<see cref="Everybody"/>). Tags that other policies surely
/// speak of have a profile; their pods' packets come flagged. Where a tag's record leaves it open whether a policy speaks for its pods, some of these may be
/// meant and others not. The sender's agent knows their labels in full and flags just the packets of those that are: they meet no grant, as it must be,
/// and their unflagged sisters behind the same tag are not cut off each time a policy brings a new key into force.
/// </remarks>
internal sealed class SenderIndex(PolicyIndex index)
{
    private readonly Dictionary<PolicyModel, Spoken> _policies = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tag, Speakers> _speakers = [];
    private readonly Dictionary<Tag, SenderProfile> _profiles = [];
    private readonly SortedSet<Tag> _restricted = [];
    private readonly SortedSet<Tag> _acquainted = [];
    private readonly SortedSet<Tag> _everywhere = [];
    private readonly HashSet<Tag> _stale = [];
    private ImmutableArray<PolicyModel> _forAll = [];
    private (ImmutableArray<Tag> Restricted, ImmutableArray<Tag> Acquainted)? _sets;

    /// <summary>What policies say that speak for every pod there is.</summary>
    public TierRules Everybody { get; private set; } = TierRules.None;

    /// <summary>The tags that reach only what is granted to them, sorted.</summary>
    public ImmutableArray<Tag> Restricted => Sets.Restricted;

    /// <summary>The tags that policies speak of without restricting them; sorted.</summary>
    public ImmutableArray<Tag> Acquainted => Sets.Acquainted;

    /// <summary>Those of <see cref="Restricted"/> that may reach what no rule names; sorted.</summary>
    public IReadOnlyCollection<Tag> Everywhere => _everywhere;

    private (ImmutableArray<Tag> Restricted, ImmutableArray<Tag> Acquainted) Sets => _sets ??= ([.. _restricted], [.. _acquainted]);

    /// <summary>What policies say of a tag; null: no more than of everybody.</summary>
    public SenderProfile? ProfileOf(Tag tag) => _profiles.GetValueOrDefault(tag);

    /// <summary>A policy came.</summary>
    public void Add(PolicyModel policy)
    {
        var subject = policy.Subject!.Value;
        if (!policy.ConcernsEgress || subject.IsAnyPod)
        {
            return;
        }

        var spoken = new Spoken(index.Peers.Meant(subject), index.Peers.PerhapsMeant(subject));
        _policies.Add(policy, spoken);
        foreach (var tag in spoken.Sure)
        {
            SpeakersOf(tag.Tag).Sure.Add(policy);
        }

        foreach (var tag in spoken.Perhaps)
        {
            SpeakersOf(tag.Tag).Perhaps.Add(policy);
        }
    }

    /// <summary>Tags changed that a policy may speak of. Those that it goes on speaking of are left alone.</summary>
    public void Refresh(PolicyModel policy)
    {
        if (!_policies.TryGetValue(policy, out var before))
        {
            return;
        }

        var subject = policy.Subject!.Value;
        var now = new Spoken(index.Peers.Meant(subject), index.Peers.PerhapsMeant(subject));
        _policies[policy] = now;
        Move(before.Sure, now.Sure, speakers => speakers.Sure, policy);
        Move(before.Perhaps, now.Perhaps, speakers => speakers.Perhaps, policy);
    }

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy)
    {
        if (!_policies.Remove(policy, out var spoken))
        {
            return;
        }

        foreach (var tag in spoken.Sure)
        {
            SpeakersOf(tag.Tag).Sure.Remove(policy);
        }

        foreach (var tag in spoken.Perhaps)
        {
            SpeakersOf(tag.Tag).Perhaps.Remove(policy);
        }
    }

    /// <summary>Takes the changes into the profiles.</summary>
    /// <param name="forAll">The policies that speak for every pod and concern egress, in the order of judgement.</param>
    /// <returns>The tags whose profiles may have changed; null: everybody's.</returns>
    public HashSet<Tag>? Settle(ImmutableArray<PolicyModel> forAll)
    {
        var all = !forAll.AsEnumerable().SequenceEqual(_forAll, ReferenceEqualityComparer.Instance);
        if (all)
        {
            _forAll = forAll;
            Everybody = TierRules.Of(forAll, ingress: false);
            _stale.UnionWith(_speakers.Keys);
        }

        var shared = new Dictionary<string, SenderProfile>(StringComparer.Ordinal);
        foreach (var tag in _stale)
        {
            Settle(tag, shared);
        }

        HashSet<Tag> changed = [.. _stale];
        if (changed.Count > 0)
        {
            _sets = null;
        }

        _stale.Clear();
        return all ? null : changed;
    }

    private void Settle(Tag tag, Dictionary<string, SenderProfile> shared)
    {
        _profiles.Remove(tag);
        _restricted.Remove(tag);
        _acquainted.Remove(tag);
        _everywhere.Remove(tag);
        var speakers = _speakers[tag];
        if (speakers.Sure.Count == 0)
        {
            if (speakers.Perhaps.Count == 0)
            {
                _speakers.Remove(tag);
            }

            return;
        }

        var name = $"{Names(speakers.Sure)}?{Names(speakers.Perhaps)}";
        if (!shared.TryGetValue(name, out var profile))
        {
            shared.Add(name, profile = SenderProfile.Of(speakers.Sure, speakers.Perhaps, _forAll));
        }

        _profiles.Add(tag, profile);
        (profile.IsRestricted ? _restricted : _acquainted).Add(tag);
        if (profile is { IsRestricted: true, Tiers.Isolated: false })
        {
            _everywhere.Add(tag);
        }
    }

    private void Move(ImmutableArray<KnownTag> before, ImmutableArray<KnownTag> now, Func<Speakers, List<PolicyModel>> list, PolicyModel policy)
    {
        foreach (var tag in before.ExceptBy(now.Select(tag => tag.Tag), tag => tag.Tag))
        {
            list(SpeakersOf(tag.Tag)).Remove(policy);
        }

        foreach (var tag in now.ExceptBy(before.Select(tag => tag.Tag), tag => tag.Tag))
        {
            list(SpeakersOf(tag.Tag)).Add(policy);
        }
    }

    private Speakers SpeakersOf(Tag tag)
    {
        _stale.Add(tag);
        if (!_speakers.TryGetValue(tag, out var speakers))
        {
            _speakers.Add(tag, speakers = new Speakers());
        }

        return speakers;
    }

    private static string Names(List<PolicyModel> policies) => string.Join(' ', policies.Select(policy => policy.Name).Order());

    private sealed record Spoken(ImmutableArray<KnownTag> Sure, ImmutableArray<KnownTag> Perhaps);

    private sealed class Speakers
    {
        public List<PolicyModel> Sure { get; } = [];
        public List<PolicyModel> Perhaps { get; } = [];
    }
}
