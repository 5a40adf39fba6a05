using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Cli.Cluster;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>The namespace with the probes. Owns it: it goes with this, whatever happened in it.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="plan">What is made.</param>
/// <param name="keep">Whether it stays, to be looked at.</param>
/// <param name="output">Takes what becomes of it.</param>
internal sealed class ProbeGround(ClusterConnection connection, ProbePlan plan, bool keep, TextWriter output) : IAsyncDisposable
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(90), End = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(500);

    private readonly EntityClient<Namespace> _namespaces = new(connection, CoreJson.Default.Namespace);

    /// <summary>Makes all but the policy.</summary>
    /// <returns>The Service's address; null or <c>None</c>: it has none.</returns>
    public async Task<string?> MakeAsync(ProbeContainer agent, string? image, CancellationToken cancel)
    {
        await _namespaces.CreateAsync(plan.Home, cancel);
        var services = new EntityClient<CheckedService>(connection, CheckedJson.Default.CheckedService);
        var service = await services.ApplyTextAsync(new ObjectKey(plan.Namespace, ProbePlan.Service), plan.ServiceManifest, force: false, cancel);
        var pods = new EntityClient<ProbePod>(connection, ProbeJson.Default.ProbePod);
        foreach (var node in plan.Nodes)
            await pods.CreateAsync(plan.Probe(node, agent, image), cancel);
        return service.Spec?.ClusterIps is [var address, ..] ? address : null;
    }

    /// <summary>Waits until all probes run, or long enough.</summary>
    /// <returns>The pods, as they are then, by node.</returns>
    public async Task<ImmutableDictionary<string, Pod>> RunningAsync(CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await ClusterReading.ListAsync(connection, CoreJson.Default.Pod, plan.Namespace, cancel);
            var pods = found.Where(pod => plan.Nodes.Any(node => plan.PodOf(node) == pod.Metadata.Key)).ToImmutableDictionary(pod => pod.Spec.NodeName ?? "");
            if (pods.Values.All(pod => Runs(pod) || pod.HasEnded) || TimeProvider.System.GetElapsedTime(began) > Start)
                return pods;
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Whether a probe can be tried.</summary>
    public static bool Runs(Pod pod) => pod.Status is { Phase: PodPhase.Running, PodIPs.IsDefaultOrEmpty: false };

    /// <summary>Deletes the namespace with all in it and waits for its end, but not for ever; says what stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (keep)
        {
            await output.WriteLineAsync($"namespace {plan.Namespace} stays, its probes for 15 minutes: kubectl delete namespace {plan.Namespace}");
            return;
        }

        // Not the caller's token: after Ctrl-C this is what is still to be done.
        using var limit = new CancellationTokenSource(End);
        try
        {
            var key = new ObjectKey(null, plan.Namespace);
            await _namespaces.DeleteAsync(key, null, limit.Token);
            while (await _namespaces.FindAsync(key, limit.Token) is not null)
                await Task.Delay(Pause, limit.Token);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // It was not made, or somebody else deleted it.
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            await output.WriteLineAsync($"namespace {plan.Namespace} is not gone yet ({e.Message}): see kubectl get namespace {plan.Namespace}, and delete it");
        }
    }
}
