using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Shaping;
using Overlay.NodeAgent.Vtep;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>Keeps records and wires equal: once at start, and whenever something may have changed.</summary>
internal sealed class PodSweep(
    AttachmentStore store,
    AddressPools pools,
    PodNetwork network,
    PodShaping shaping,
    WireRemoval removal,
    RuleLoop rules,
    ClusterCaches caches,
    RouteSocket host,
    TimeProvider time,
    ILogger<PodSweep> log
)
{
    private IReadOnlyList<IPAddress> _reserved = [];

    /// <summary>Addresses that may not be given out: those of attachments, and of wires that nobody can name.</summary>
    public IReadOnlyCollection<IPAddress> InUse => [.. store.Attachments.SelectMany(a => a.Addresses), .. _reserved];

    /// <summary>Brings records and kernel together before the first call is served.</summary>
    public void Start()
    {
        removal.Finish();
        var plan = Reconciliation.Of(store.Attachments, HostVeth.ReadAll(host), NamespaceExists);
        foreach (var veth in plan.Remove)
        {
            host.DeleteLink(veth);
            PodLog.HalfMade(log, veth);
        }

        foreach (var key in plan.Drop)
        {
            store.Remove(key, time.GetUtcNow());
            PodLog.Dropped(log, key.ToString());
        }

        foreach (var attachment in plan.Adopt)
        {
            store.Put(attachment);
            PodLog.Adopted(log, attachment.Key.ToString(), string.Join(' ', attachment.Addresses));
        }

        if (!plan.Reserve.IsEmpty)
            PodLog.Unnamed(log, string.Join(' ', plan.Reserve));
        _reserved = plan.Reserve;
    }

    /// <summary>Repairs the host ends of wires; drops records whose wire is gone for good; keeps the labels of pods that may vanish.</summary>
    /// <returns>How many things were repaired.</returns>
    public async Task<int> PassAsync(CancellationToken cancellation)
    {
        var attachments = store.Attachments;
        var all = host.Links();
        removal.Expect(all);
        var links = all.Where(l => l.Group != InterfaceGroups.Leaving).ToDictionary(l => l.Name, StringComparer.Ordinal);
        var vtep = links.GetValueOrDefault(VtepDevice.Name)?.Index;
        var batch = WirePlan.Of(attachments, links, host.Routes(protocol: RouteProtocol.Overlay, except: vtep), host.Neighbours(except: vtep));
        if (batch.Count > 0)
        {
            // Between dump and write a pod may have gone: that is no failure.
            foreach (var failure in host.TryApply(batch).Where(f => !f.IsMissing))
                PodLog.StepFailed(log, "repairing a wire", failure.Message);
            PodLog.Repaired(log, batch.Count);
        }

        var shaped = shaping.Pass(attachments, links, failure => PodLog.StepFailed(log, "repairing a bandwidth limit", failure.Message));
        if (shaped > 0)
            PodLog.Repaired(log, shaped);

        var present = links.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var gone in attachments.Where(a => a.State == AttachmentState.Attached && Reconciliation.IsGone(a, present, NamespaceExists)))
        {
            await network.DropAsync(gone, cancellation);
            PodLog.Dropped(log, gone.Key.ToString());
        }

        KeepLabels(attachments);
        return batch.Count + shaped;
    }

    /// <summary>The address pools' blocks, from the Subnets.</summary>
    public void Configure(NodeNetwork node) => pools.Configure(node.V4, node.V6, InUse, store.Resting);

    private void KeepLabels(IReadOnlyList<Attachment> attachments)
    {
        foreach (var attachment in attachments)
        {
            if (caches.FindPod(attachment.PodUid, new ObjectKey(attachment.PodNamespace, attachment.PodName))?.Metadata is not { } pod)
                continue;
            var labels = pod.Labels ?? System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty;
            if (store.Change(attachment.Key, now => IsSame(now, labels, pod.Name) ? null : now with { PodLabels = labels, PodName = pod.Name }))
                rules.Signal();
        }
    }

    private static bool IsSame(Attachment attachment, System.Collections.Immutable.ImmutableSortedDictionary<string, string> labels, string name) =>
        attachment.PodLabels is { } known
        && known.Count == labels.Count
        && !known.Except(labels).Any()
        && string.Equals(attachment.PodName, name, StringComparison.Ordinal);

    private static bool NamespaceExists(string path)
    {
        try
        {
            NamespaceFolders.Open(path).Dispose();
            return true;
        }
        catch (NetlinkException)
        {
            return false;
        }
    }
}
