using System.Collections.Immutable;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Shaping;

/// <summary>
/// What is missing for pods to be kept to their rates. Pure. What a pod receives is shaped where its veth's host end sends; what it sends is
/// redirected, as it comes in there, through an ifb device of its own that is shaped: both are out of the pod's reach.
/// </summary>
internal static class ShapingPlan
{
    /// <summary>The ifb devices to make, and those whose pod is gone.</summary>
    /// <param name="attachments">The pods.</param>
    /// <param name="links">All devices by name.</param>
    public static RouteBatch Devices(IEnumerable<Attachment> attachments, IReadOnlyDictionary<string, Link> links)
    {
        var batch = new RouteBatch();
        foreach (var name in attachments.Where(a => a.Asked.Bandwidth?.Egress is not null).Select(a => VethNames.Of(a.Key)))
        {
            if (links.ContainsKey(name) && !links.ContainsKey(IfbNames.Of(name)))
                batch.CreateIfb(new IfbDevice(IfbNames.Of(name)));
        }

        foreach (var ifb in links.Values.Where(link => IfbNames.IsOne(link) && !links.ContainsKey(IfbNames.VethOf(link.Name))))
            batch.DeleteLink(ifb.Index);
        return batch;
    }

    /// <summary>The filters to write, once the devices are there.</summary>
    /// <param name="attachments">The pods.</param>
    /// <param name="links">All devices by name.</param>
    /// <param name="qdiscs">All queueing disciplines.</param>
    /// <param name="redirections">The redirections of the veths of pods that are limited in what they send.</param>
    public static RouteBatch Filters(
        IEnumerable<Attachment> attachments,
        IReadOnlyDictionary<string, Link> links,
        IReadOnlyCollection<Qdisc> qdiscs,
        IReadOnlyCollection<Redirection> redirections
    )
    {
        var roots = qdiscs.Where(q => q.Parent == Qdisc.Root).ToLookup(q => q.Link, q => q.Bucket);
        var ingress = qdiscs.Where(q => q.Parent == Qdisc.Ingress).Select(q => q.Link).ToHashSet();
        var batch = new RouteBatch();
        foreach (var attachment in attachments)
        {
            if (attachment.Asked.Bandwidth is not { } bandwidth || !links.TryGetValue(VethNames.Of(attachment.Key), out var veth))
                continue;
            Shape(veth, bandwidth.Ingress);
            if (bandwidth.Egress is null || !links.TryGetValue(IfbNames.Of(veth.Name), out var ifb))
                continue;
            if (!ifb.IsUp)
                batch.ChangeLink(ifb.Index, new LinkChange { Up = true });
            Shape(ifb, bandwidth.Egress);
            ImmutableArray<Redirection> there = [.. redirections.Where(r => r.From == veth.Index)];
            if (there is [var only] && only.To == ifb.Index)
                continue;

            // A filter that leads elsewhere, or to a device that is gone, goes with its qdisc.
            if (ingress.Contains(veth.Index))
                batch.DeleteIngress(veth.Index);
            batch.AddIngress(veth.Index).AddRedirection(new Redirection(veth.Index, ifb.Index));
        }

        return batch;

        void Shape(Link link, RateLimit? limit)
        {
            if (limit?.ToBucket() is { } wanted && !roots[link.Index].Any(has => has is not null && has.Rate == wanted.Rate && has.Limit == wanted.Limit))
                batch.ReplaceTokenBucket(link.Index, wanted);
        }
    }
}
