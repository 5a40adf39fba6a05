using System.Collections.Immutable;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Cli.Agents;
using Overlay.Cli.Arguments;
using Overlay.Cli.Status;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>Whether pods of all nodes reach each other as policy says: by probes that are made, asked and taken away again.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="overlayNamespace">Where Overlay's agents are.</param>
/// <param name="output">Takes what was tried.</param>
internal sealed class ConnectivityCheck(ClusterConnection connection, string overlayNamespace, TextWriter output)
{
    /// <summary>Makes, tries, prints, cleans up.</summary>
    /// <param name="most">So many nodes are tried.</param>
    /// <param name="image">The probes' image; null: the agents'.</param>
    /// <param name="keep">Whether the probes stay.</param>
    /// <param name="cancel">Gives up; what was made is taken away all the same.</param>
    /// <returns>What is wrong.</returns>
    /// <exception cref="AgentException">There are no two nodes with agents, or you may not exec.</exception>
    /// <exception cref="UsageException">The network denies by default.</exception>
    public async Task<IReadOnlyList<Problem>> RunAsync(int most, string? image, bool keep, CancellationToken cancel)
    {
        var network = await new EntityClient<OverlayNetwork>(connection, OverlayJson.Default.OverlayNetwork).FindAsync(new ObjectKey(null, OverlayNetwork.DefaultName), cancel);
        if (network?.Spec.Policy.DefaultAction == DefaultAction.Deny)
            throw new UsageException("--connectivity is for networks that allow by default: in this one (OverlayNetwork.spec.policy.defaultAction Deny) probes do not reach each other, as they should");
        var agents = (await AgentPods.FindAsync(connection, overlayNamespace, cancel)).Running;
        var plan = ProbePlan.Of(agents.Select(agent => agent.Spec.NodeName ?? ""), most);
        if (plan.Nodes.Length < 2)
            throw new AgentException($"connectivity needs two nodes to try: in {overlayNamespace} {agents.Count} agents run, and {plan.Nodes.Length} of their nodes are to be tried");
        var like = await AgentContainerAsync(agents[0], cancel);
        await output.WriteLineAsync($"probes    in namespace {plan.Namespace}, on {plan.Nodes.Length} of {agents.Count} nodes with an agent{(plan.Nodes.Length < agents.Count ? "; the others are not tried (--nodes)" : "")}");

        ConnectivityReport report;
        await using (var ground = new ProbeGround(connection, plan, keep, output))
        {
            var service = await ground.MakeAsync(like, image, cancel);
            report = await TryAsync(plan, await ground.RunningAsync(cancel), service, ProbePlan.ProgramOf(like), cancel);
        }

        await output.WriteLineAsync();
        await output.WriteAsync(report.Text());
        return [.. report.Problems()];
    }

    private async Task<ConnectivityReport> TryAsync(ProbePlan plan, ImmutableDictionary<string, Pod> pods, string? service, string program, CancellationToken cancel)
    {
        var running = pods.Where(pod => ProbeGround.Runs(pod.Value)).ToImmutableDictionary();
        var trials = new ProbeTrials(connection, plan, running, program);
        var told = (await trials.PairsAsync(cancel)).ToImmutableArray();
        if (service is not (null or "" or "None"))
            told = told.AddRange(await trials.ServiceAsync(service, cancel));
        told = told.AddRange(await trials.PolicyAsync(told, cancel));
        return new ConnectivityReport(
            [.. plan.Nodes.Where(running.ContainsKey)],
            told,
            [.. plan.Nodes.Where(node => !running.ContainsKey(node)).Select(node => (node, pods.TryGetValue(node, out var pod) ? $"its pod is {pod.Status?.Phase ?? PodPhase.Pending}" : "its pod is gone"))]);
    }

    private async Task<ProbeContainer> AgentContainerAsync(Pod agent, CancellationToken cancel)
    {
        var pod = await new EntityClient<ProbePod>(connection, ProbeJson.Default.ProbePod).GetAsync(agent.Metadata.Key, cancel);
        return pod.Spec.Containers.FirstOrDefault(container => container.Name == AgentPods.Container)
            ?? throw new AgentException($"pod {agent.Metadata.Key} has no container {AgentPods.Container}, so it is no agent of this version");
    }
}
