using System.Text;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Cli.Agents;
using Overlay.Cli.Cluster;
using Overlay.Cli.Status;
using Overlay.Cli.Text;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Bundle;

/// <summary>
/// Gathers what a bug report needs. Objects are written as this program reads them, that is cut to what the network is made of: what it does not know,
/// as pods' commands and variables, can not come through.
/// </summary>
/// <param name="connection">The cluster.</param>
/// <param name="overlayNamespace">Overlay's namespace.</param>
/// <param name="now">The time.</param>
internal sealed class BundleReading(ClusterConnection connection, string overlayNamespace, DateTimeOffset now)
{
    private const int LogLines = 5000;

    private readonly BundleArchive _archive = new();

    /// <summary>Gathers; what can not be had is noted.</summary>
    public async Task<BundleArchive> ReadAsync(CancellationToken cancel)
    {
        await TryAsync("status.txt", async () => StatusText.Of(StatusAssessment.Of(await ClusterReading.ReadAsync(connection, overlayNamespace, cancel), now), everyNode: true));
        await ObjectsAsync("overlaynetworks", OverlayJson.Default.OverlayNetwork, null, cancel);
        await ObjectsAsync("subnets", OverlayJson.Default.Subnet, null, cancel);
        await ObjectsAsync("workloadtags", OverlayJson.Default.WorkloadTag, null, cancel);
        await ObjectsAsync("overlaypolicies", OverlayJson.Default.OverlayPolicy, null, cancel, UnreadablePolicy.Overlay);
        await ObjectsAsync("networkpolicies", OverlayJson.Default.NetworkPolicy, null, cancel, UnreadablePolicy.Network);
        await ObjectsAsync("clusternetworkpolicies", OverlayJson.Default.ClusterNetworkPolicy, null, cancel, UnreadablePolicy.Cluster);
        await ObjectsAsync("namespaces", CoreJson.Default.Namespace, null, cancel);
        await ObjectsAsync("nodes", CoreJson.Default.Node, null, cancel);
        await ObjectsAsync("pods", CoreJson.Default.Pod, null, cancel);
        await ObjectsAsync("leases", CoreJson.Default.Lease, overlayNamespace, cancel);
        await AgentsAsync(cancel);
        return _archive;
    }

    private Task ObjectsAsync<T>(string plural, JsonTypeInfo<T> json, string? ns, CancellationToken cancel, EntitySalvage<T>? salvage = null)
        where T : class, IEntity<T> =>
        TryAsync($"objects/{plural}.json", async () =>
        {
            var objects = await ClusterReading.ListAsync(connection, json, ns, cancel, salvage);
            return $"[\n{string.Join(",\n", objects.Select(one => JsonText.Of(one, json).TrimEnd()))}\n]\n";
        });

    private async Task AgentsAsync(CancellationToken cancel)
    {
        AgentPods agents;
        try
        {
            agents = await AgentPods.FindAsync(connection, overlayNamespace, cancel);
        }
        catch (AgentException e)
        {
            _archive.Miss("nodes", e.Message);
            return;
        }

        foreach (var pod in agents.Running)
        {
            var node = pod.Spec.NodeName!;
            foreach (var word in new[] { "version", "rules", "state" })
            {
                await TryAsync($"nodes/{node}/{word}.json", async () =>
                {
                    using var answer = new MemoryStream();
                    await agents.AskAsync(node, [word], answer, cancel);
                    return Encoding.UTF8.GetString(answer.ToArray());
                });
            }

            await TryAsync($"nodes/{node}/agent.log", () => new PodLog(connection).TailAsync(pod.Metadata.Key, AgentPods.Container, LogLines, cancel));
        }
    }

    private async Task TryAsync(string name, Func<Task<string>> read)
    {
        try
        {
            _archive.Add(name, await read());
        }
        catch (Exception e) when (e is KubernetesException or AgentException)
        {
            _archive.Miss(name, e.Message);
        }
    }
}
