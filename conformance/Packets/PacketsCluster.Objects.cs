using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;
using Overlay.Lab;
using Overlay.Lab.Api;
using Overlay.Lab.Runtime;
using Overlay.Netlink;
using LabelMap = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Overlay.Conformance.Packets;

/// <summary>How the lab is made to look as a state wants: what differs is changed, the rest stays as it is.</summary>
internal sealed partial class PacketsCluster
{
    private static readonly JsonObject AtOnce = new() { ["gracePeriodSeconds"] = 0 };

    private readonly ConcurrentDictionary<string, IPAddress> addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TestPod> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ExternalHost> externals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LabelMap> namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<PolicyKey, string> policies = [];
    private readonly Dictionary<string, LabelMap> nodeLabels = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task BringToAsync(ClusterState wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        await RemovePoliciesAsync(wanted, cancel);
        await RemoveNamespacesAsync(wanted, cancel);
        await Task.WhenAll(pods.Where(p => !wanted.Pods.TryGetValue(p.Key, out var pod) || !p.Value.Is(pod)).Select(p => StopAsync(p.Key, p.Value, cancel)).ToList());
        await LabelNodesAsync(wanted.Environment, cancel);
        MakeExternals(wanted.Environment);
        await MakeNamespacesAsync(wanted, cancel);
        await Task.WhenAll(wanted.Pods.Select(p => pods.TryGetValue(p.Key, out var running) ? LabelAsync(running, p.Value, cancel) : StartAsync(p.Value, wanted.Environment, cancel)).ToList());
        await ApplyPoliciesAsync(wanted, cancel);
    }

    private async Task RemovePoliciesAsync(ClusterState wanted, CancellationToken cancel)
    {
        // Those of a namespace that goes are the API server's affair.
        foreach (var gone in policies.Keys.Where(p => !wanted.Policies.ContainsKey(p) && (p.IsClusterWide || wanted.Namespaces.ContainsKey(p.Namespace))).ToList())
        {
            await lab.Api.DeleteAsync($"{CollectionOf(gone)}/{gone.Name}", null, cancel);
            Forget(gone);
        }
    }

    private async Task RemoveNamespacesAsync(ClusterState wanted, CancellationToken cancel)
    {
        foreach (var gone in namespaces.Keys.Where(ns => !wanted.Namespaces.ContainsKey(ns)).ToList())
        {
            var path = "api/v1/namespaces/" + gone;
            namespaces.Remove(gone);
            foreach (var policy in policies.Keys.Where(p => p.Namespace == gone).ToList())
                Forget(policy);
            if (gone != "default")    // which no API server lets go
                await lab.Api.DeleteAsync(path, null, cancel);
            await Task.WhenAll(pods.Where(p => p.Value.Namespace == gone).Select(p => StopAsync(p.Key, p.Value, cancel)).ToList());
            if (gone != "default")
                await LabCluster.WaitAsync(async () => await lab.Api.GetAsync(path, cancel) is null ? "gone" : null, TimeSpan.FromSeconds(20), $"namespace {gone} to go", lab.ApiServer, cancel);
        }
    }

    private async Task MakeNamespacesAsync(ClusterState wanted, CancellationToken cancel)
    {
        foreach (var (name, labels) in wanted.Namespaces)
        {
            var known = namespaces.TryGetValue(name, out var has);
            if (known && PodObjects.Same(has!, labels))
                continue;
            var path = "api/v1/namespaces/" + name;
            if (known || await lab.Api.GetAsync(path, cancel) is not null)
                await lab.Api.PatchAsync(path, PodObjects.Relabelled(has ?? LabelMap.Empty, labels), cancel);
            else
                await lab.Api.CreateAsync("api/v1/namespaces", PodObjects.Namespace(name, labels), cancel);
            namespaces[name] = labels;
        }
    }

    private async Task LabelNodesAsync(EnvironmentDeclaration environment, CancellationToken cancel)
    {
        for (var i = 0; i < environment.Nodes.Length; i++)
        {
            var (node, labels) = (nodes[i].Node.Name, environment.Nodes[i].Labels);
            var has = nodeLabels.GetValueOrDefault(node, LabelMap.Empty);
            if (!PodObjects.Same(has, labels))
                await lab.Api.PatchAsync("api/v1/nodes/" + node, PodObjects.Relabelled(has, labels), cancel);
            nodeLabels[node] = labels;
        }
    }

    private void MakeExternals(EnvironmentDeclaration environment)
    {
        foreach (var external in environment.Externals.Where(e => !externals.ContainsKey(e.Name)))
        {
            externals[external.Name] = ExternalHost.Start(lab, external, nodes, round.Heard);
            addresses["ext/" + external.Name] = externals[external.Name].Address;
        }
    }

    private async Task StartAsync(PodState wanted, EnvironmentDeclaration environment, CancellationToken cancel)
    {
        var pod = wanted.Declaration;
        var hinted = nodes[environment.Nodes.Select(n => n.Name).ToList().IndexOf(pod.Node)];
        var node = pod.HostNetwork ? hinted : nodes.FirstOrDefault(n => n.Block.Contains(IPAddress.Parse(pod.Ip))) ?? hinted;
        var made = await lab.Api.CreateAsync($"api/v1/namespaces/{pod.Namespace}/pods", PodObjects.Pod(pod, wanted.Labels, node.Node), cancel);
        Sandbox? sandbox = null;
        var (space, address) = (node.Node.Space, node.Node.Address);
        if (!pod.HostNetwork)
        {
            (sandbox, address) = await node.AttachAsync(pod, (string)made["metadata"]!["uid"]!, cancel);
            space = NetworkNamespace.Open(sandbox.NetworkNamespacePath);
        }

        if (!pod.HostNetwork && node.Block.Contains(IPAddress.Parse(pod.Ip)) && !address.Equals(IPAddress.Parse(pod.Ip)))
            throw new LabException($"{pod.Key} got {address} instead of {pod.Ip}, though no other address of {node.Block} was free.");
        var running = new TestPod(wanted, node, sandbox, space, address, Listeners.Open(space, address, pod.Ports, round.Heard));
        pods[pod.Key] = running;
        addresses[pod.Key] = address;
        await lab.Api.PatchAsync(running.Path + "/status", PodObjects.Running(address), cancel);
    }

    private async Task StopAsync(string key, TestPod pod, CancellationToken cancel)
    {
        if (!pods.TryRemove(key, out _))
            return;
        await lab.Api.DeleteAsync(pod.Path, AtOnce.DeepClone().AsObject(), cancel);
        pod.Dispose();
        if (pod.Sandbox is not null)
            await pod.Node.DetachAsync(pod.Sandbox, cancel);
    }

    private async Task LabelAsync(TestPod running, PodState wanted, CancellationToken cancel)
    {
        if (PodObjects.Same(running.Labels, wanted.Labels))
            return;
        await lab.Api.PatchAsync(running.Path, PodObjects.Relabelled(running.Labels, wanted.Labels), cancel);
        running.Labels = wanted.Labels;
    }

    private async Task ApplyPoliciesAsync(ClusterState wanted, CancellationToken cancel)
    {
        foreach (var (key, manifest) in wanted.Policies)
        {
            var text = manifest.ToJsonString();
            if (policies.TryGetValue(key, out var has) && has == text)
                continue;
            var written = has is null
                ? await lab.Api.CreateAsync(CollectionOf(key), manifest.DeepClone().AsObject(), cancel)
                : await ReplaceAsync($"{CollectionOf(key)}/{key.Name}", manifest, cancel);
            inForce.Written(key, (string)written["metadata"]!["resourceVersion"]!);
            policies[key] = text;
        }
    }

    /// <summary>Replaces as kubectl does: again, when the operator wrote the status meanwhile.</summary>
    private async Task<JsonObject> ReplaceAsync(string path, JsonObject manifest, CancellationToken cancel)
    {
        while (true)
        {
            var now = await lab.Api.GetAsync(path, cancel) ?? throw new LabException($"{path} has gone by itself.");
            var next = manifest.DeepClone().AsObject();
            next["metadata"]!["resourceVersion"] = (string)now["metadata"]!["resourceVersion"]!;
            try
            {
                return await lab.Api.ReplaceAsync(path, next, cancel) ?? throw new LabException($"{path} has gone by itself.");
            }
            catch (ApiRefusedException e) when (e.Code == HttpStatusCode.Conflict)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private void Forget(PolicyKey policy)
    {
        policies.Remove(policy);
        inForce.Gone(policy);
    }

    private static string CollectionOf(PolicyKey policy) => policy.IsClusterWide
        ? $"apis/policy.networking.k8s.io/v1alpha2/{policy.Plural}"
        : $"apis/networking.k8s.io/v1/namespaces/{policy.Namespace}/{policy.Plural}";
}
