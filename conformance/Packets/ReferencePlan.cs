using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Api.Nodes;
using Overlay.Lab;

namespace Overlay.Conformance.Packets;

/// <summary>The address plan that the cases' expectations were computed with: two nodes, 10.244.N.0/24 and fd00:10:244:N::/120.</summary>
internal static class ReferencePlan
{
    public const int Nodes = 2;

    /// <summary>The OverlayNetwork of a lab with this plan.</summary>
    /// <remarks>
    /// In IPv6 a /120 stands for the /64 of the plan: all addresses of a block are held (<see cref="NodeAddresses"/>), and the cases' pods
    /// are among the first 255.
    /// </remarks>
    public static JsonObject NetworkOf(AddressFamily family, string backend) => new()
    {
        ["pools"] = family == AddressFamily.InterNetwork
            ? new JsonArray(Pool("10.244.0.0/16", 24))
            : new JsonArray([.. Enumerable.Range(1, Nodes).Select(n => Pool($"fd00:10:244:{n}::/120", 120))]),
        ["rules"] = new JsonObject { ["backend"] = backend },
    };

    /// <summary>Makes sure that every node's agent runs the rule engine that was asked for: else the results would be another's.</summary>
    /// <exception cref="LabException">One does not.</exception>
    public static async Task CheckBackendAsync(LabCluster lab, string backend, CancellationToken cancel)
    {
        foreach (var node in lab.Nodes)
        {
            var path = $"apis/coordination.k8s.io/v1/namespaces/{AgentLease.DefaultNamespace}/leases/{AgentLease.NameOf(node.Name)}";
            var runs = await LabCluster.WaitAsync(
                async () => (string?)(await lab.Api.GetAsync(path, cancel))?["metadata"]!["annotations"]?[AgentLease.BackendAnnotation],
                TimeSpan.FromSeconds(30),
                $"the rule engine of {node.Name}'s agent in its Lease",
                node.Agent,
                cancel
            );
            if (!string.Equals(runs, backend, StringComparison.Ordinal))
                throw new LabException($"{node.Name}'s agent runs the rule engine '{runs}', not '{backend}' as asked for.");
        }
    }

    private static JsonObject Pool(string cidr, int prefix) => new() { ["cidr"] = cidr, ["nodePrefixLength"] = prefix };
}
