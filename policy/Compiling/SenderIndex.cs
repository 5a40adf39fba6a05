using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>What policies say of connections from pods, by the pods' tags.</summary>
/// <remarks>
/// A policy whose subject is every pod there is says the same of every tag: it is kept once (<see cref="Everybody"/>). Tags that other policies surely
/// speak of have a profile; their pods' packets come flagged. Where a tag's record leaves it open whether a policy speaks for its pods, some of these may be
/// meant and others not. The sender's agent knows their labels in full and flags just the packets of those that are: they meet no grant, as it must be,
/// and their unflagged sisters behind the same tag are not cut off each time a policy brings a new key into force.
/// </remarks>
internal sealed class SenderIndex
{
    private readonly Dictionary<Tag, SenderProfile> _profiles = [];

    public SenderIndex(PolicyIndex index)
    {
        var concerning = index.All.Where(policy => policy.ConcernsEgress).ToImmutableArray();
        ImmutableArray<PolicyModel> forAll = [.. concerning.Where(policy => policy.Subject!.Value.IsAnyPod)];
        Everybody = TierRules.Of(forAll, ingress: false);
        var sure = new Dictionary<Tag, List<PolicyModel>>();
        var perhaps = new Dictionary<Tag, List<PolicyModel>>();
        foreach (var policy in concerning.Where(policy => !policy.Subject!.Value.IsAnyPod))
        {
            Add(sure, policy, index.Meant(policy.Subject!.Value));
            Add(perhaps, policy, index.PerhapsMeant(policy.Subject!.Value));
        }

        var shared = new Dictionary<string, SenderProfile>(StringComparer.Ordinal);
        foreach (var (tag, speaking) in sure)
        {
            var open = perhaps.GetValueOrDefault(tag, []);
            var name = string.Join(' ', speaking.Select(policy => policy.Name)) + "?" + string.Join(' ', open.Select(policy => policy.Name));
            if (!shared.TryGetValue(name, out var profile))
            {
                shared.Add(name, profile = SenderProfile.Of(speaking, open, forAll));
            }

            _profiles.Add(tag, profile);
        }

        Restricted = [.. _profiles.Where(tag => tag.Value.IsRestricted).Select(tag => tag.Key).Order()];
        Acquainted = [.. _profiles.Where(tag => !tag.Value.IsRestricted).Select(tag => tag.Key).Order()];
        Everywhere = [.. _profiles.Where(tag => tag.Value.IsRestricted && !tag.Value.Tiers.Isolated).Select(tag => tag.Key).Order()];
    }

    /// <summary>What policies say that speak for every pod there is.</summary>
    public TierRules Everybody { get; }

    /// <summary>The tags that reach only what is granted to them, sorted.</summary>
    public ImmutableArray<Tag> Restricted { get; }

    /// <summary>The tags that policies speak of without restricting them; sorted.</summary>
    public ImmutableArray<Tag> Acquainted { get; }

    /// <summary>Those of <see cref="Restricted"/> that may reach what no rule names; sorted.</summary>
    public ImmutableArray<Tag> Everywhere { get; }

    /// <summary>What policies say of a tag; null: no more than of everybody.</summary>
    public SenderProfile? ProfileOf(Tag tag) => _profiles.GetValueOrDefault(tag);

    private static void Add(Dictionary<Tag, List<PolicyModel>> found, PolicyModel policy, ImmutableArray<KnownTag> tags)
    {
        foreach (var tag in tags)
        {
            if (!found.TryGetValue(tag.Tag, out var speaking))
            {
                found.Add(tag.Tag, speaking = []);
            }

            speaking.Add(policy);
        }
    }
}

/// <summary>What policies say of connections from the pods behind a tag.</summary>
/// <param name="Tiers">Their rules, those that are for everybody included.</param>
/// <param name="Perhaps">Policies among them that may speak for the tag's pods or not.</param>
/// <param name="IsRestricted">Whether the pods reach only what is granted to the tag: they are isolated, or not all that concerns them is known.</param>
internal sealed record SenderProfile(TierRules Tiers, ImmutableHashSet<PolicyName> Perhaps, bool IsRestricted)
{
    /// <summary>A tag's profile.</summary>
    /// <param name="sure">The policies that surely speak for its pods; at least one.</param>
    /// <param name="perhaps">Those that may or may not.</param>
    /// <param name="forAll">Those that speak for every pod.</param>
    public static SenderProfile Of(IEnumerable<PolicyModel> sure, List<PolicyModel> perhaps, ImmutableArray<PolicyModel> forAll)
    {
        var all = sure.Concat(perhaps).Concat(forAll).ToList();
        all.Sort(PolicyOrder.Instance);
        var tiers = TierRules.Of(all, ingress: false);
        var restricted = perhaps.Count > 0 || (tiers.Isolated && !tiers.Namespaced.Any(AllowsEverything));
        return new SenderProfile(tiers, [.. perhaps.Select(policy => policy.Name)], restricted);
    }

    /// <summary>Isolated, yet free to reach everything: then exceptions are fewer than grants.</summary>
    private static bool AllowsEverything(PolicyRule rule) =>
        rule.Effect == RuleEffect.Allow && PortEntries.IsEverything(rule.Ports) && (rule.MeansAnyone || rule.Pods.Any(peer => peer.IsAnyPod));
}
