using System.Collections.Immutable;
using System.Net;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Addresses;

/// <summary>One pod interface that this node has wired, or is wiring.</summary>
internal sealed record Attachment
{
    /// <summary>Network, container and interface.</summary>
    public required AttachmentKey Key { get; init; }

    /// <summary>CNI_NETNS of the ADD; empty when the attachment was found in the kernel only.</summary>
    public required string NetworkNamespace { get; init; }

    /// <summary>The pod's UID as the kubelet says it; the API knows a static pod by another.</summary>
    public required string PodUid { get; init; }

    /// <summary>The pod's namespace, as the API server said at ADD.</summary>
    public required string PodNamespace { get; init; }

    /// <summary>The pod's name; empty when the attachment was found in the kernel only.</summary>
    public required string PodName { get; init; }

    /// <summary>The pod's labels as last known, so that its rules stay when its object is gone; null: never known.</summary>
    public ImmutableSortedDictionary<string, string>? PodLabels { get; init; }

    /// <summary>The IPv4 address; null without an IPv4 subnet.</summary>
    public IPAddress? V4 { get; init; }

    /// <summary>The IPv6 address; null without an IPv6 subnet.</summary>
    public IPAddress? V6 { get; init; }

    /// <summary>What the runtime asked for beside the interface.</summary>
    public RuntimeRequest Asked { get; init; } = RuntimeRequest.None;

    /// <summary>How far it has come.</summary>
    public required AttachmentState State { get; init; }

    /// <summary>Which ADD of this agent's life made it: a late word about an earlier one must not hit it. Not kept in the store; 0 after a restart.</summary>
    public long Attempt { get; init; }

    /// <summary>The addresses there are, IPv4 first.</summary>
    public IEnumerable<IPAddress> Addresses
    {
        get
        {
            if (V4 is not null)
                yield return V4;
            if (V6 is not null)
                yield return V6;
        }
    }
}

/// <summary>How far an attachment has come.</summary>
internal enum AttachmentState
{
    /// <summary>Its addresses are taken. The runtime does not have, or may not have, the answer yet: an ADD may begin anew.</summary>
    Pending = 0,

    /// <summary>The runtime has the answer.</summary>
    Attached = 1,
}
