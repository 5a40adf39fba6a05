using System.Collections.Immutable;
using System.Text.Json;
using Overlay.Api.Flows;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Cli.Agents;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Kube.Core;

namespace Overlay.Cli.Flows;

/// <summary><c>kubectl overlay flows</c>: asks every node's agent for what it told, joins names, prints.</summary>
/// <param name="output">Takes the flows.</param>
/// <param name="errors">Takes which agents can not be asked.</param>
internal sealed class FlowsCommand(TextWriter output, TextWriter errors)
{
    private readonly Lock _turn = new();

    /// <summary>Runs it.</summary>
    /// <returns>2 when some agent could not be asked.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        // As kubectl logs has it; elsewhere -f is a file.
        var given = Given.Parse(
            [.. args.Select(arg => arg is "-f" ? "--follow" : arg)],
            ["namespace", "output", "overlay-namespace", "kubeconfig", "context"],
            ["follow", "denied", "allowed", "audit"]
        );
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Flows);
            return ExitCode.InOrder;
        }

        var json = given.Output("text", "json") is "json";
        var filter = FilterOf(given);
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var agents = await AgentPods.FindAsync(connection, given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace, cancel);
        var names = new FlowNames(await ClusterReading.ListAsync(connection, CoreJson.Default.Pod, null, cancel));
        if (given.Has("follow"))
        {
            var answers = agents.Running.Select(agent => AskAsync(agents, agent, ["flows", "follow"], flow => Print(names.Join(flow)), cancel));
            return await CodeOfAsync(answers);
        }

        var flows = new List<Flow>();
        var code = await CodeOfAsync(agents.Running.Select(agent => AskAsync(agents, agent, ["flows"], Keep, cancel)));
        foreach (var flow in flows.OrderBy(flow => flow.Time))
            Print(names.Join(flow));
        return code;

        void Keep(Flow flow)
        {
            lock (_turn)
                flows.Add(flow);
        }

        void Print(Flow flow)
        {
            if (!filter.Takes(flow))
                return;
            lock (_turn)
            {
                output.WriteLine(json ? JsonSerializer.Serialize(flow, FlowJson.Default.Flow) : FlowLine.Of(flow));
                output.Flush();
            }
        }
    }

    private static FlowFilter FilterOf(Given given)
    {
        var ns = given.Text("namespace");
        ImmutableArray<FlowVerdict> verdicts =
        [
            .. given.Has("denied") ? [FlowVerdict.Denied] : (FlowVerdict[])[],
            .. given.Has("allowed") ? [FlowVerdict.Allowed] : (FlowVerdict[])[],
            .. given.Has("audit") ? [FlowVerdict.Audit] : (FlowVerdict[])[],
        ];
        return new FlowFilter(ns, [.. given.Words.Select(word => PodOf(word, ns))], verdicts);
    }

    private static ObjectKey PodOf(string word, string? ns) =>
        word.Split('/') switch
        {
            [{ Length: > 0 } podNamespace, { Length: > 0 } name] => new ObjectKey(podNamespace, name),
            [{ Length: > 0 } name] when ns is not null => new ObjectKey(ns, name),
            _ => throw new UsageException($"'{word}' is no pod: write NAMESPACE/POD, or POD with -n NAMESPACE"),
        };

    private async Task<bool> AskAsync(AgentPods agents, Pod agent, string[] question, Action<Flow> take, CancellationToken cancel)
    {
        try
        {
            await using var lines = new FlowLines(take);
            await agents.AskAsync(agent.Spec.NodeName ?? "", question, lines, cancel);
            return true;
        }
        catch (AgentException e)
        {
            lock (_turn)
                errors.WriteLine($"kubectl-overlay: {e.Message}");
            return false;
        }
    }

    private static async Task<int> CodeOfAsync(IEnumerable<Task<bool>> answers) => (await Task.WhenAll(answers)).All(answered => answered) ? ExitCode.InOrder : ExitCode.Failed;
}
