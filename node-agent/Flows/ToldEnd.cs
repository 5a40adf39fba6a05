using System.Net;
using Overlay.Api.Flows;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>An end of a flow: as it is told, and as policies see it.</summary>
internal readonly record struct ToldEnd(FlowEnd End, Endpoint Endpoint)
{
    /// <summary>A pod of this node.</summary>
    public static ToldEnd Of(LocalEnd pod, IPAddress address) =>
        new(
            new FlowEnd
            {
                Kind = FlowEndKind.Pod,
                Namespace = pod.Pod.Name.Namespace,
                Pod = pod.Pod.Name.Name,
                Workload = pod.Workload,
                Tag = pod.Tag.Value,
                Address = address.ToString(),
            },
            pod.Endpoint
        );

    /// <summary>Pods of which a tag tells.</summary>
    public static ToldEnd Behind(Endpoint pods, Tag tag, IPAddress address) =>
        new(
            new FlowEnd
            {
                Kind = FlowEndKind.Pod,
                Namespace = pods.Namespace is { Length: > 0 } ns ? ns : null,
                Workload = pods.Namespace is { Length: > 0 } ? WorkloadLabels.Text([.. pods.Labels.Keys], pods.Labels) : null,
                Tag = tag.Value,
                Address = address.ToString(),
            },
            pods with { Addresses = [address] }
        );

    /// <summary>Outside of the overlay.</summary>
    public static ToldEnd Outside(IPAddress address) =>
        new(new FlowEnd { Kind = FlowEndKind.Outside, Address = address.ToString() }, Endpoint.Outside with { Addresses = [address] });
}
