using System.Collections.Immutable;
using System.Net;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Ports;

/// <summary>Who may have which of the node's ports. Pure.</summary>
internal static class PortClaims
{
    /// <summary>
    /// Refuses a claim that another pod holds, or that nobody may have. A pod's own earlier sandbox is no other pod: it gives way.
    /// </summary>
    /// <param name="wanted">The attachment that is to be.</param>
    /// <param name="present">Those that are.</param>
    /// <param name="vxlan">The UDP port of VXLAN: a pod that got its packets could forge tags.</param>
    /// <param name="probes">The agent's own TCP port; null: it has none.</param>
    /// <returns>Earlier attachments of the same pod, without the mappings that the new one takes over.</returns>
    /// <exception cref="CniException">102, naming the holder.</exception>
    public static ImmutableArray<Attachment> Take(Attachment wanted, IReadOnlyCollection<Attachment> present, ushort vxlan, IPEndPoint? probes)
    {
        var yielding = ImmutableArray.CreateBuilder<Attachment>();
        foreach (var mapping in wanted.Asked.Ports)
        {
            if (mapping.Protocol == Policy.IpProtocol.UDP && mapping.HostPort == vxlan)
                throw Refused(mapping, "VXLAN of the overlay itself");
            if (mapping.Protocol == Policy.IpProtocol.TCP && mapping.HostPort == probes?.Port)
                throw Refused(mapping, "this node's overlay agent (--probe-address)");
        }

        foreach (var other in present.Where(other => other.Key != wanted.Key))
        {
            var left = other.Asked.Ports.RemoveAll(held => wanted.Asked.Ports.Any(held.Overlaps));
            if (left.Length == other.Asked.Ports.Length)
                continue;
            if (!string.Equals(other.PodUid, wanted.PodUid, StringComparison.Ordinal))
                throw Refused(wanted.Asked.Ports.First(mapping => other.Asked.Ports.Any(mapping.Overlaps)), $"pod {other.PodNamespace}/{other.PodName} (UID {other.PodUid}, {other.Key})");
            yielding.Add(other with { Asked = other.Asked with { Ports = left } });
        }

        return yielding.ToImmutable();
    }

    private static CniException Refused(PortMapping mapping, string holder) =>
        new(
            CniErrorCode.HostPortTaken,
            $"the node's port {mapping} belongs to {holder}",
            "choose another hostPort or hostIP, or wait until the other pod has ended: the runtime tries again by itself"
        );
}
