using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>
/// A lab to break: three nodes with the published agent, operator and plugin, and no pod runtime: each test plays the runtime itself
/// and so knows to the call what should be there.
/// </summary>
public sealed class FaultLab : IAsyncLifetime
{
    private readonly SemaphoreSlim _numbers = new(1);
    private int _spaces;

    /// <summary>The running lab.</summary>
    public LabCluster Cluster { get; private set; } = null!;

    /// <summary>The first node.</summary>
    public LabNode Node1 => Cluster.Nodes[0];

    /// <summary>The second node.</summary>
    public LabNode Node2 => Cluster.Nodes[1];

    /// <summary>The third node.</summary>
    public LabNode Node3 => Cluster.Nodes[2];

    /// <inheritdoc />
    public async ValueTask InitializeAsync() =>
        Cluster = await LabCluster.StartAsync(Options("shared"), null, sweepAtEnd: true, TestContext.Current.CancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _numbers.Dispose();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>A namespace that no other test uses.</summary>
    public async Task<string> FreshNamespaceAsync()
    {
        var name = "faults" + Interlocked.Increment(ref _spaces);
        await Cluster.CreateNamespaceAsync(name, null, TestContext.Current.CancellationToken);
        return name;
    }

    /// <summary>
    /// Options of a lab for faults. Its prefix is this repository's own: a run that was killed is swept by the next one, and two
    /// checkouts do not meet.
    /// </summary>
    /// <param name="name">Which of the labs.</param>
    internal static LabOptions Options(string name)
    {
        var repository = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LabPaths.Repository())))[..6];
        return new LabOptions { Instance = new LabInstance($"ovt-{repository}-{name}"), PodRuntime = false };
    }

    /// <summary>A network with one pool.</summary>
    /// <param name="cidr">The pool.</param>
    /// <param name="nodePrefixLength">Of each node's subnet.</param>
    internal static JsonObject Network(string cidr, int nodePrefixLength) => new()
    {
        ["pools"] = new JsonArray(new JsonObject { ["cidr"] = cidr, ["nodePrefixLength"] = nodePrefixLength }),
    };
}
