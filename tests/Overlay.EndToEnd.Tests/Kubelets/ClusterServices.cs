using System.Net;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Plays kube-proxy for the one Service that the chart's pods need.</summary>
internal static class ClusterServices
{
    private const string Table = "services-of-the-test";

    /// <summary>The Service <c>kubernetes</c>.</summary>
    public static IPEndPoint ApiServer { get; } = new(IPAddress.Parse("10.96.0.1"), 443);

    /// <summary>Leads the Service to the lab's API server.</summary>
    public static void Provide(LabCluster lab, LabNode node)
    {
        var rule = $"ip daddr {ApiServer.Address} tcp dport {ApiServer.Port} dnat to {lab.Underlay.SwitchAddress}:6443";
        node.Run(
            "nft",
            $$"""
            table ip {{Table}} {
                chain output { type nat hook output priority -100; {{rule}}; }
                chain prerouting { type nat hook prerouting priority -100; {{rule}}; }
            }
            """).Checked();
    }
}
