using System.Globalization;
using Overlay.Api.Flows;

namespace Overlay.Cli.Flows;

/// <summary>A flow as a line for people. Pure.</summary>
internal static class FlowLine
{
    /// <summary>As <c>12:00:01.250 DENIED shop/front (10.255.1.4) -> shop/back (10.255.2.7) TCP 8080, ingress on node2: isolated by shop/back; ...</c>.</summary>
    public static string Of(Flow flow) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{flow.Time.ToUniversalTime():HH:mm:ss.fff} {Verdict(flow.Verdict),-7} {FlowText.Of(flow.Source)} -> {FlowText.Of(flow.Destination)} {FlowText.ProtocolOf(flow)}, {(flow.Direction == FlowDirection.Ingress ? "ingress" : "egress")} on {flow.Node}: {flow.Reason}"
        );

    private static string Verdict(FlowVerdict verdict) => verdict.ToString().ToUpperInvariant();
}
