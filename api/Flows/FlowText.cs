using System.Globalization;

namespace Overlay.Api.Flows;

/// <summary>Flows for people.</summary>
public static class FlowText
{
    /// <summary>As <c>TCP 80</c>, <c>ICMP type 8 code 0</c>, <c>47</c>.</summary>
    public static string ProtocolOf(Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return flow.IcmpType is { } type ? string.Create(CultureInfo.InvariantCulture, $"{flow.Protocol} type {type} code {flow.IcmpCode ?? 0}")
            : flow.Destination.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{flow.Protocol} {port}")
            : flow.Protocol;
    }

    /// <summary>As <c>shop/front-7f9c (10.255.1.4)</c>, <c>shop{app=front} (10.255.1.4)</c>, <c>node (192.0.2.1)</c>, <c>198.51.100.9</c>.</summary>
    public static string Of(FlowEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        var name =
            end.Kind == FlowEndKind.Outside ? null
            : end.Kind == FlowEndKind.Node ? "node"
            : end.Namespace is null ? "unknown pod"
            : end.Pod is not null ? $"{end.Namespace}/{end.Pod}"
            : $"{end.Namespace}{{{end.Workload}}}";
        return name is null ? end.Address : $"{name} ({end.Address})";
    }
}
