using Overlay.Kube.Core;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Pods;

/// <content>The first steps of ADD: what it may have is recorded before anything is made.</content>
internal sealed partial class PodNetwork
{
    private readonly Lock _claims = new();

    /// <summary>An interface that is there is an error (spec); what a broken-off ADD left is undone.</summary>
    private void RefuseSecond(AttachmentKey key, string networkNamespace)
    {
        if (store.Find(key) is not { } present)
            return;
        if (present.State == AttachmentState.Attached && wiring.Exists(VethNames.Of(key), key.InterfaceName, networkNamespace))
            throw new CniException(
                CniErrorCode.AlreadyAttached,
                $"{key} is attached already ({string.Join(", ", present.Addresses)})",
                "delete it first (CNI DEL)"
            );
        Undo(present);
    }

    private Attachment Reserve(AttachmentKey key, string networkNamespace, Pod pod, string uid, RuntimeRequest asked)
    {
        var (v4, v6) =
            pools.Allocate()
            ?? throw new CniException(
                CniErrorCode.TryAgainLater,
                $"no address is left on this node ({string.Join(", ", pools.Usage.Select(u => $"{u.Network}: {u.Used} of {u.Count} in use"))})",
                "an address is free as soon as a pod ends; a larger node prefix makes room for more pods"
            );
        var attachment = new Attachment
        {
            Key = key,
            NetworkNamespace = networkNamespace,
            PodUid = uid,
            PodNamespace = pod.Metadata.Namespace ?? "",
            PodName = pod.Metadata.Name,
            PodLabels = pod.Metadata.Labels ?? System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
            V4 = v4,
            V6 = v6,
            Asked = asked,
            State = AttachmentState.Pending,
            Attempt = Interlocked.Increment(ref _attempts),
        };
        try
        {
            Claim(attachment);
            return attachment;
        }
        catch (CniException)
        {
            pools.Free(attachment.Addresses);
            throw;
        }
        catch (StoreException error)
        {
            pools.Free(attachment.Addresses);
            throw new CniException(CniErrorCode.InputOutput, error.Message, "make room on the file system of the agent's state directory", error);
        }
    }

    /// <summary>Packets of a UDP flow that is older than the mapping come to the pod from now on. A failure is no reason to refuse the pod: new flows do.</summary>
    private void ForgetOlderFlows(PodWiring pod)
    {
        try
        {
            hostPorts.Forget([pod]);
        }
        catch (NetlinkException error)
        {
            PodLog.StepFailed(log, $"forgetting older flows to the host ports of {pod.Pod}", error.Message);
        }
    }

    /// <summary>Records an attachment, if nobody else has its ports. Two that ask for one port at a time come one after the other.</summary>
    private void Claim(Attachment attachment)
    {
        lock (_claims)
        {
            foreach (var earlier in PortClaims.Take(attachment, store.Attachments, vtep.Network?.RuleSettings.Port ?? 0, probes))
                store.Change(earlier.Key, now => now with { Asked = earlier.Asked });
            store.Put(attachment);
        }
    }
}
