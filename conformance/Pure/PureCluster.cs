using System.Net;
using System.Text.Json;
using Overlay.Api.Json;
using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;
using Overlay.Conformance.Worlds;

namespace Overlay.Conformance.Pure;

/// <summary>No packets: what the compiled tables say, with the tags that an operator would have made.</summary>
public sealed class PureCluster : ITestedCluster
{
    private readonly Dictionary<string, IPAddress> addresses = new(StringComparer.Ordinal);
    private ClusterState? state;

    /// <inheritdoc />
    public Task BringToAsync(ClusterState wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        state = wanted;
        var nodes = wanted.Environment.Nodes.ToDictionary(node => node.Name, node => node.Ip, StringComparer.Ordinal);
        foreach (var pod in wanted.Pods.Values.Select(pod => pod.Declaration))
            addresses[pod.Key] = IPAddress.Parse(pod.HostNetwork ? nodes[pod.Node] : pod.Ip);
        foreach (var external in wanted.Environment.Externals)
            addresses["ext/" + external.Name] = IPAddress.Parse(external.Ip);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public IPAddress AddressOf(string endpoint) => addresses[endpoint];

    /// <inheritdoc />
    public string? ReasonToSkip(ConformanceCase @case, EnvironmentDeclaration environment) => null;

    /// <inheritdoc />
    public Task<Tried> TryAsync(IReadOnlyList<Cell> cells, bool silence, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var world = WorldOf(state ?? throw new InvalidOperationException("No state was asked for yet."));
        var judgement = world.Judge();
        string EndOf(string endpoint) => world.Pods.ContainsKey(endpoint) ? endpoint : addresses[endpoint].ToString();
        var wrong = cells
            .Where(cell => judgement.Allows(EndOf(cell.From), EndOf(cell.To), cell.Port.Port, cell.Port.Protocol) != cell.Open)
            .Select(cell => (cell, (cell.Open ? Expectation.Closed : Expectation.Open).ToString()))
            .ToList();
        return Task.FromResult(new Tried(cells.Count, wrong));
    }

    private World WorldOf(ClusterState wanted)
    {
        var world = new World();
        foreach (var (name, labels) in wanted.Namespaces)
            world.Namespaces[name] = Ordinal(labels);
        world.Nodes.AddRange(wanted.Environment.Nodes.Select(node => new PolicyNode(node.Name, Ordinal(node.Labels), [IPAddress.Parse(node.Ip)], [])));

        // A pod on its node's network is its node to everybody else: no tag, the node's address.
        foreach (var (key, pod) in wanted.Pods.Where(pod => !pod.Value.Declaration.HostNetwork))
        {
            world.Pods[key] = Ordinal(pod.Labels);
            world.Addresses[key] = [addresses[key]];
            world.Ports[key] = [.. pod.Declaration.Ports.Where(port => port.Name is not null).Select(port => new DeclaredPort(port.Name!, port.Protocol, port.Port))];
        }

        foreach (var (key, manifest) in wanted.Policies)
        {
            if (key.IsClusterWide)
                world.ClusterPolicies[key.Name] = manifest.Deserialize(OverlayJson.Default.ClusterNetworkPolicy)!;
            else
                world.NetworkPolicies[$"{key.Namespace}/{key.Name}"] = manifest.Deserialize(OverlayJson.Default.NetworkPolicy)!;
        }

        return world;
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Ordinal(System.Collections.Immutable.ImmutableSortedDictionary<string, string> labels) =>
        labels.WithComparers(StringComparer.Ordinal);
}
