using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Entities;
using Overlay.Operator.Hosting;

namespace Overlay.Operator.Uninstall;

/// <summary><c>overlay-operator uninstall stop</c>: ends agents and operators, who would put back what is cleaned away, and waits until they are gone.</summary>
/// <param name="connection">The API server.</param>
/// <param name="ns">The chart's namespace.</param>
/// <param name="say">Prints a line.</param>
internal sealed class StopErrand(ClusterConnection connection, string ns, Action<string> say)
{
    private readonly EntityClient<DaemonSet> _daemonSets = new(connection, ErrandJson.Default.DaemonSet);
    private readonly EntityClient<Deployment> _deployments = new(connection, ErrandJson.Default.Deployment);
    private readonly EntityClient<OurPod> _pods = new(connection, ErrandJson.Default.OurPod);

    /// <summary>Does it.</summary>
    /// <returns>Whether all are gone, but for those that nobody can reach.</returns>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        await DeleteAsync(_daemonSets, "overlay-agent", cancel);
        await DeleteAsync(_deployments, "overlay-operator", cancel);
        var left = await Patience.UntilAsync(LeftAsync, pods => pods.Count == 0, cancel);
        switch (left)
        {
            case null:
                say("the API server did not say which pods are left");
                return false;
            case { Count: 0 }:
                say("agents and operators have ended");
                return true;
            default:
                foreach (var pod in left)
                {
                    say($"pod {pod.Metadata.Name} on node {pod.Spec.NodeName} has not ended");
                }

                // On a node that is silent a pod stays for as long as the node; its agent can put nothing back that a later clean-up of that node would not find.
                return true;
        }
    }

    private async Task DeleteAsync<T>(EntityClient<T> client, string name, CancellationToken cancel)
        where T : class, IEntity<T>
    {
        try
        {
            await client.DeleteAsync(new ObjectKey(ns, name), new DeleteOptions { Propagation = Propagation.Background }, cancel);
            say($"deleted {T.Definition.Kind} {name}");
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            say($"{T.Definition.Kind} {name} is gone already");
        }
    }

    private async Task<List<OurPod>> LeftAsync(CancellationToken cancel)
    {
        var left = new List<OurPod>();
        var ours = new EntitySelection { Namespace = ns, LabelSelector = "app.kubernetes.io/name=overlay,app.kubernetes.io/component in (agent,operator)" };
        await foreach (var pod in _pods.ListAllAsync(ours, cancel))
        {
            left.Add(pod);
        }

        return left;
    }
}
