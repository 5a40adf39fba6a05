using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Cli.Arguments;
using Overlay.Cli.Check.Connectivity;
using Overlay.Cli.Cluster;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Check;

/// <summary><c>kubectl overlay check</c>: whether a cluster is fit for Overlay, before it is installed and after.</summary>
internal sealed class CheckCommand(TextWriter output)
{
    private const string DefaultPool = "10.255.0.0/16/24";

    /// <summary>How many nodes are tried with each other; all pairs of a hundred are 9900.</summary>
    private const int DefaultNodes = 10, MostProbes = 100;

    private static readonly string[] ProbeOptions = ["nodes", "image", "keep"];

    /// <summary>Runs it.</summary>
    /// <returns>1 when there are problems.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["pool", "overlay-namespace", "nodes", "image", "kubeconfig", "context"], ["connectivity", "keep"]);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Check);
            return ExitCode.InOrder;
        }

        if (given.Words.Count > 0)
            throw new UsageException($"check takes no '{given.Words[0]}' (--help shows what it takes)");
        var (connectivity, most) = (given.Has("connectivity"), MostNodes(given));
        if (!connectivity && ProbeOptions.FirstOrDefault(given.Has) is { } alone)
            throw new UsageException($"--{alone} goes with --connectivity");
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var overlayNamespace = given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace;
        var facts = await ReadAsync(connection, [.. given.All("pool").Select(ParsePool)], overlayNamespace, cancel);
        await output.WriteLineAsync($"pools     {string.Join(", ", facts.Pools.Select(pool => $"{pool.Cidr} (a /{pool.NodePrefixLength} each node)"))}");
        await output.WriteLineAsync($"cluster   {facts.Nodes.Length} nodes, {facts.Services.Length} Services{(facts.ServiceRanges.IsEmpty ? "" : $" from {string.Join(", ", facts.ServiceRanges)}")}");
        foreach (var question in ClusterCheck.Questions)
            await output.WriteLineAsync($"checked   {question}");
        var problems = ClusterCheck.Of(facts).ToList();
        if (connectivity)
            problems.AddRange(await new ConnectivityCheck(connection, overlayNamespace, output).RunAsync(most, given.Text("image"), given.Has("keep"), cancel));
        await output.WriteLineAsync(problems.Count == 0 ? "\nNo problems. What each node's kernel says is in its agent's /readyz and Events." : $"\nPROBLEMS ({problems.Count})");
        foreach (var (problem, number) in problems.Select((problem, i) => (problem, i + 1)))
            await output.WriteLineAsync($"  {number}. {problem.On}: {problem.What}\n     -> {problem.Do}");
        return problems.Count == 0 ? ExitCode.InOrder : ExitCode.Problems;
    }

    private static async Task<ClusterFacts> ReadAsync(ClusterConnection connection, ImmutableArray<AddressPool> meant, string overlayNamespace, CancellationToken cancel)
    {
        var networks = await OrNoneAsync(() => ClusterReading.ListAsync(connection, OverlayJson.Default.OverlayNetwork, null, cancel));
        var ours = networks.FirstOrDefault(network => network.Metadata.Name is OverlayNetwork.DefaultName)?.Spec.Pools;
        var ranges = await OrNoneAsync(() => ClusterReading.ListAsync(connection, CheckedJson.Default.CheckedServiceCidr, null, cancel));
        return new ClusterFacts
        {
            Pools = !meant.IsEmpty ? meant : ours is { IsDefaultOrEmpty: false } pools ? pools : [ParsePool(DefaultPool)],
            Nodes = await ClusterReading.ListAsync(connection, CheckedJson.Default.CheckedNode, null, cancel),
            Services = await ClusterReading.ListAsync(connection, CheckedJson.Default.CheckedService, null, cancel),
            ServiceRanges = [.. ranges.SelectMany(range => range.Spec?.Cidrs ?? [])],
            Proxy = await ProxyAsync(connection, cancel),
            Leases = await OrNoneAsync(() => ClusterReading.ListAsync(connection, CoreJson.Default.Lease, overlayNamespace, cancel)),
        };
    }

    /// <summary>Null where kube-proxy is run otherwise, or may not be looked at.</summary>
    private static async Task<ProxyConfiguration?> ProxyAsync(ClusterConnection connection, CancellationToken cancel)
    {
        try
        {
            var map = await new EntityClient<CheckedConfigMap>(connection, CheckedJson.Default.CheckedConfigMap).FindAsync(new ObjectKey(ProxyConfiguration.Namespace, ProxyConfiguration.Name), cancel);
            return ProxyConfiguration.Parse(map?.Data?.GetValueOrDefault(ProxyConfiguration.Key));
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return null;
        }
    }

    /// <summary>None where the API server does not serve the kind: Overlay is not installed yet, or Kubernetes is older than 1.33.</summary>
    private static async Task<ImmutableArray<T>> OrNoneAsync<T>(Func<Task<ImmutableArray<T>>> list)
    {
        try
        {
            return await list();
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return [];
        }
    }

    private static int MostNodes(Given given) =>
        given.Text("nodes") is not { } text ? DefaultNodes
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 2 and <= MostProbes ? most
        : throw new UsageException($"--nodes '{text}': a number from 2 to {MostProbes}");

    private static AddressPool ParsePool(string text) =>
        text.Split('/') is [var address, var length, var node] && int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            ? new AddressPool($"{address}/{length}", prefix)
            : throw new UsageException($"--pool '{text}': write it as CIDR/NODE-PREFIX-LENGTH, as {DefaultPool}");
}
