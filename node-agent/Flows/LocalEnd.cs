using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>A local pod as an end of a flow.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Sender">How its packets are marked; null: it may not send yet.</param>
internal sealed record LocalEnd(LocalPod Pod, Sender? Sender)
{
    /// <summary>The tag its packets carry.</summary>
    public Tag Tag => Sender?.Tag ?? Tag.UnknownPod;

    /// <summary>The labels that tell its workload.</summary>
    public string Workload => Sender?.Workload.Labels ?? "";

    /// <summary>The pod as policies see it.</summary>
    public Endpoint Endpoint => Endpoint.Pod(Pod.Name.Namespace ?? "", Pod.Labels, Tag) with { Addresses = Pod.Addresses, Ports = Pod.Ports };
}
