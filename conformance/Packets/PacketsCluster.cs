using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;
using Overlay.Lab;
using Overlay.Lab.State;

namespace Overlay.Conformance.Packets;

/// <summary>
/// A lab that obeys policies with packets: real agents, operator and plugin, an API server that takes the policies as objects. This process
/// plays kubelet and container runtime, listens in every pod and asks from every pod.
/// </summary>
/// <remarks>Owns the lab, and all that is in it. One for each address family: so its pods get the addresses that the cases want.</remarks>
internal sealed partial class PacketsCluster : ITestedCluster, IAsyncDisposable
{
    private readonly LabCluster lab;
    private readonly IReadOnlyList<NodeAddresses> nodes;
    private readonly ProbeRound round = new();
    private readonly RuleActivity activity;
    private readonly PoliciesInForce inForce;

    private PacketsCluster(LabCluster lab, IReadOnlyList<NodeAddresses> nodes)
    {
        this.lab = lab;
        this.nodes = nodes;
        activity = new RuleActivity(lab.Nodes);
        inForce = new PoliciesInForce(lab);
    }

    /// <summary>Builds it.</summary>
    /// <param name="instance">Its name on this machine.</param>
    /// <param name="family">The family of its pods' addresses.</param>
    /// <param name="backend">The nodes' rule engine.</param>
    /// <param name="progress">Hears of each step.</param>
    /// <param name="cancel">Ends the building.</param>
    /// <exception cref="LabException">It could not be built, or the nodes run another rule engine.</exception>
    public static async Task<PacketsCluster> StartAsync(LabInstance instance, AddressFamily family, string backend, IProgress<LabStep>? progress, CancellationToken cancel)
    {
        var options = new LabOptions { Instance = instance, Nodes = ReferencePlan.Nodes, PodRuntime = false, NetworkSpec = ReferencePlan.NetworkOf(family, backend) };
        var built = await LabCluster.StartAsync(options, progress, sweepAtEnd: true, cancel);
        try
        {
            await ReferencePlan.CheckBackendAsync(built, backend, cancel);
            var blocks = (await built.Api.ListAsync(LabCluster.SubnetsPath, cancel)).ToDictionary(s => (string)s["spec"]!["nodeName"]!, s => IPNetwork.Parse((string)s["spec"]!["cidr"]!), StringComparer.Ordinal);
            var cluster = new PacketsCluster(built, [.. built.Nodes.Select(node => new NodeAddresses(built, node, blocks[node.Name]))]);
            await built.CreateNamespaceAsync(NodeAddresses.Namespace, null, cancel);
            await Task.WhenAll(cluster.nodes.Select(node => node.HoldAllAsync(cancel)));
            return cluster;
        }
        catch
        {
            await built.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public IPAddress AddressOf(string endpoint) => addresses[endpoint];

    /// <inheritdoc />
    public string? ReasonToSkip(ConformanceCase @case, EnvironmentDeclaration environment)
    {
        if (environment.Nodes.Length > nodes.Count)
            return string.Create(CultureInfo.InvariantCulture, $"its environment has {environment.Nodes.Length} nodes, the lab {nodes.Count}");
        var strange = environment.Pods.FirstOrDefault(pod => !pod.HostNetwork && nodes.All(node => !node.Block.Contains(IPAddress.Parse(pod.Ip))));
        return @case.Addressing is Addressing.Range or Addressing.Literal && strange is not null
            ? $"its expectations hold for its pods' own addresses, and no node can give {strange.Key} {strange.Ip}"
            : null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var pod in pods.Values)
            pod.Dispose();
        foreach (var external in externals.Values)
            external.Dispose();
        foreach (var node in nodes)
            node.Dispose();
        activity.Dispose();
        await lab.DisposeAsync();
    }
}
