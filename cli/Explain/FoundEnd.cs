using System.Collections.Immutable;
using System.Net;
using Overlay.Cli.Arguments;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>What one end of the connection is. Pure.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Pod">The pod; null: it is none.</param>
/// <param name="Endpoint">As policies see it.</param>
/// <param name="Notes">What a reader of the answer must know of it.</param>
internal sealed record FoundEnd(string Name, Pod? Pod, Endpoint Endpoint, ImmutableArray<string> Notes)
{
    /// <summary>Finds it among the world's objects. An address is a pod's, a node's, or one outside.</summary>
    /// <exception cref="UsageException">A pod is not there.</exception>
    public static FoundEnd Of(ExplainWorld world, End end) =>
        end.Pod is { } key ? OfPod(world.Pods.TryGetValue(key, out var pod) ? pod : throw new UsageException($"there is no pod {key}{Near(world, key.Namespace)}"), end.Word)
        : end.Address is { } address ? OfAddress(world, address)
        : new FoundEnd(end.Word, null, end.Word is "node" ? Endpoint.Node : Endpoint.Outside, []);

    /// <summary>Whether an address is this pod's own: not its node's, and not one that it has given back.</summary>
    public static bool Has(Pod pod, IPAddress address) => !pod.Spec.HostNetwork && !pod.HasEnded && Addresses(pod).Contains(address);

    private static FoundEnd OfAddress(ExplainWorld world, IPAddress address)
    {
        if (world.Pods.Values.FirstOrDefault(pod => Has(pod, address)) is { } pod)
        {
            // Of a pod with addresses of both families the one that was asked about decides: blocks of addresses are of one.
            var found = OfPod(pod, $"{address} ({pod.Metadata.Key})");
            return found with { Endpoint = found.Endpoint with { Addresses = [address] } };
        }

        if (world.Inputs.Nodes.FirstOrDefault(node => node.Addresses.Contains(address) || node.OverlayAddresses.Contains(address)) is { } node)
            return new FoundEnd($"{address} (node {node.Name})", null, Endpoint.Node with { Addresses = [address] }, []);
        ImmutableArray<string> notes = world.Pools.Any(pool => pool.Contains(address)) ? [$"{address} lies in the pod network, but no pod has it: it is judged as an address outside"] : [];
        return new FoundEnd($"{address}", null, Endpoint.Outside with { Addresses = [address] }, notes);
    }

    private static FoundEnd OfPod(Pod pod, string name)
    {
        if (pod.Spec.HostNetwork)
            return new FoundEnd(name, pod, Endpoint.Node with { Addresses = Addresses(pod) }, [$"{pod.Metadata.Key} is on its node's own network: it counts as a node, policies do not select it"]);
        var endpoint = Endpoint.Pod(pod.Metadata.Namespace!, pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty) with
        {
            Addresses = Addresses(pod),
            Ports = [.. pod.Spec.NamedPorts.Select(Declared).OfType<DeclaredPort>()],
        };
        return new FoundEnd(name, pod, endpoint, pod.HasEnded ? [$"{pod.Metadata.Key} has ended ({pod.Status?.Phase})"] : []);
    }

    private static DeclaredPort? Declared(ContainerPort port) =>
        Enum.TryParse<IpProtocol>(port.Protocol ?? "TCP", out var protocol) ? new DeclaredPort(port.Name!, protocol, (ushort)port.Port) : null;

    private static ImmutableArray<IPAddress> Addresses(Pod pod) =>
        [
            .. (pod.Status?.PodIPs ?? []).Select(ip => ip.Ip).Prepend(pod.Status?.PodIP).Distinct(StringComparer.Ordinal)
                .Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>(),
        ];

    private static string Near(ExplainWorld world, string? ns)
    {
        var near = world.Pods.Keys.Where(key => key.Namespace == ns).Select(key => key.Name).Order(StringComparer.Ordinal).Take(8).ToList();
        return near.Count == 0 ? "" : $"; {ns} has {string.Join(", ", near)}";
    }
}
