using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Conformance.Playing;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Conformance.Packets;

/// <summary>Waits until every agent's Lease says that its rules are made from the policies there are.</summary>
internal sealed class PoliciesInForce(LabCluster lab)
{
    /// <summary>How long: a Lease follows its agent's rules within a second or two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<PolicyKey, ulong> versions = [];

    /// <summary>A policy was written.</summary>
    /// <param name="policy">Which.</param>
    /// <param name="resourceVersion">What the API server answered.</param>
    public void Written(PolicyKey policy, string resourceVersion) => versions[policy] = ulong.Parse(resourceVersion, CultureInfo.InvariantCulture);

    /// <summary>A policy is gone.</summary>
    /// <param name="policy">Which.</param>
    public void Gone(PolicyKey policy) => versions.Remove(policy);

    /// <summary>Waits.</summary>
    /// <exception cref="LabException">An agent has not said so in time.</exception>
    public Task WaitAsync(CancellationToken cancel)
    {
        var wanted = versions.GroupBy(v => v.Key.Plural).Select(g => (Plural: g.Key, Version: g.Max(v => v.Value).ToString(CultureInfo.InvariantCulture))).ToList();
        return wanted.Count == 0 ? Task.CompletedTask : Task.WhenAll(lab.Nodes.Select(node => WaitAsync(node, wanted, cancel)));
    }

    private async Task WaitAsync(LabNode node, IReadOnlyList<(string Plural, string Version)> wanted, CancellationToken cancel)
    {
        var path = $"apis/coordination.k8s.io/v1/namespaces/{AgentLease.DefaultNamespace}/leases/{AgentLease.NameOf(node.Name)}";
        await LabCluster.WaitAsync(
            async () =>
            {
                var lease = await lab.Api.GetAsync(path, cancel);
                var applied = AppliedPolicies.Parse((string?)lease?["metadata"]!["annotations"]?[AgentLease.AppliedPoliciesAnnotation]);
                return wanted.All(w => applied.Hold(w.Plural, w.Version)) ? "all" : null;
            },
            Patience,
            $"{node.Name}'s agent to put {string.Join(", ", wanted)} in force",
            node.Agent,
            cancel);
    }
}
