using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Judges every kind of sender, and the tags that may be judged otherwise than their kind, towards one workload in one family.</summary>
internal static class SourceJudgement
{
    /// <summary>Adds what is allowed to the list.</summary>
    /// <param name="index">The policies and tags.</param>
    /// <param name="ingress">What the workload lets in.</param>
    /// <param name="egress">What senders may reach of it.</param>
    /// <param name="candidates">The tags that may be judged otherwise than pods at large.</param>
    /// <param name="family">The family; null: it makes no difference.</param>
    /// <param name="grants">The list.</param>
    public static void Judge(PolicyIndex index, IngressFrom ingress, EgressTowards egress, IEnumerable<Tag> candidates, AddressFamily? family, GrantList grants)
    {
        var everybody = egress.Of(index.Senders.Everybody, []);
        var pod = ingress.AnyPod.Within(everybody);
        grants.AddKinds(ingress.Outsider, pod, ingress.UnknownTag.Within(everybody), family);
        grants.AddTag(Tag.UnknownPod, ingress.UnknownPod.Within(everybody), ingress.Outsider, family);
        foreach (var tag in candidates.Order().Select(index.Record).OfType<KnownTag>())
        {
            var profile = index.Senders.ProfileOf(tag.Tag);
            var rights = ingress.Of(tag).Within(egress.Of(profile?.Tiers ?? index.Senders.Everybody, profile?.Perhaps ?? []));
            if (profile is not { IsRestricted: true })
            {
                grants.AddTag(tag.Tag, tag.Active ? rights : rights.And(pod), pod, family);
            }
            else if (tag.Active)
            {
                grants.AddFlagged(tag.Tag, rights, family);
            }
        }
    }
}
