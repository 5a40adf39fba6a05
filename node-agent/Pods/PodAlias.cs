using System.Net;
using System.Text;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <summary>
/// The note on a veth's host end (its alias) that says whose it is, kept by the kernel: from it and the routes an attachment is
/// known again when our own records are lost.
/// </summary>
/// <remarks><c>overlay container interface network pod-uid pod-namespace</c>; none of these can hold a space.</remarks>
internal static class PodAlias
{
    private const string Mark = "overlay";

    /// <summary>IFALIASZ is 256 with its closing zero.</summary>
    private const int MaxLength = 255;

    /// <summary>The note; null when the names are too long for the kernel.</summary>
    public static string? Write(Attachment a)
    {
        var text = string.Join(' ', Mark, a.Key.ContainerId, a.Key.InterfaceName, a.Key.Network, a.PodUid, a.PodNamespace);
        return Encoding.UTF8.GetByteCount(text) <= MaxLength ? text : null;
    }

    /// <summary>The attachment that a note speaks of, with these addresses; null when it is not a note of ours.</summary>
    public static Attachment? Read(string? alias, IPAddress? v4, IPAddress? v6) =>
        alias?.Split(' ') is [Mark, var container, var ifname, var network, var uid, var ns]
            ? new Attachment
            {
                Key = new AttachmentKey(network, container, ifname),
                NetworkNamespace = "",
                PodUid = uid,
                PodNamespace = ns,
                PodName = "",
                V4 = v4,
                V6 = v6,
                State = AttachmentState.Attached,
            }
            : null;
}
