using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Exec;

namespace Overlay.Cli.Agents;

/// <summary>The agents of a cluster, each in its pod, asked by <c>overlay-agent ask</c> over the API server's exec with the user's own rights.</summary>
internal sealed class AgentPods
{
    private const string Labels = "app.kubernetes.io/name=overlay,app.kubernetes.io/component=agent";
    /// <summary>The container of an agent's pod that the agent runs in.</summary>
    public const string Container = "agent";


    private readonly ClusterConnection _connection;
    private readonly string _namespace;

    private AgentPods(ClusterConnection connection, string overlayNamespace, IReadOnlyList<Pod> running) =>
        (_connection, _namespace, Running) = (connection, overlayNamespace, running);

    /// <summary>The running agents' pods.</summary>
    public IReadOnlyList<Pod> Running { get; }

    /// <summary>Finds them.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="overlayNamespace">Overlay's namespace.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AgentException">They can not be listed.</exception>
    public static async Task<AgentPods> FindAsync(ClusterConnection connection, string overlayNamespace, CancellationToken cancel)
    {
        try
        {
            List<Pod> running = [];
            var selection = new EntitySelection { Namespace = overlayNamespace, LabelSelector = Labels };
            await foreach (var pod in new EntityClient<Pod>(connection, CoreJson.Default.Pod).ListAllAsync(selection, cancel))
            {
                if (pod.Status?.Phase is PodPhase.Running)
                    running.Add(pod);
            }

            return new AgentPods(connection, overlayNamespace, running);
        }
        catch (KubernetesException e)
        {
            throw new AgentException($"the agents can not be found: {e.Message}", e);
        }
    }

    /// <summary>Asks a node's agent for one value.</summary>
    /// <param name="node">The node.</param>
    /// <param name="question">The words after <c>ask</c>.</param>
    /// <param name="json">How the answer is read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AgentException">The agent can not be asked, has no answer, or an unreadable one.</exception>
    public async Task<T> AskAsync<T>(string node, IReadOnlyList<string> question, JsonTypeInfo<T> json, CancellationToken cancel)
        where T : class
    {
        using var answer = new MemoryStream();
        await AskAsync(node, question, answer, cancel);
        try
        {
            return JsonSerializer.Deserialize(answer.ToArray(), json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new AgentException($"{node}'s agent answers '{question[0]}' in a way that is not understood (is it of another version?): {e.Message}", e);
        }
    }

    /// <summary>Asks a node's agent.</summary>
    /// <param name="node">The node.</param>
    /// <param name="question">The words after <c>ask</c>.</param>
    /// <param name="output">Takes the answer, as it comes.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AgentException">The agent can not be asked, or has no answer; the message says why and what to do.</exception>
    public async Task AskAsync(string node, IReadOnlyList<string> question, Stream output, CancellationToken cancel)
    {
        var pod = Running.FirstOrDefault(p => p.Spec.NodeName == node)
            ?? throw new AgentException($"no agent runs on {node} (no such pod in {_namespace} with the labels {Labels})");
        try
        {
            using var errors = new MemoryStream();
            var code = await new PodExec(_connection).RunAsync(pod.Metadata.Key, Container, ["overlay-agent", "ask", .. question], output, errors, cancel);
            if (code != 0)
                throw new AgentException($"{node}'s agent has no answer: {Encoding.UTF8.GetString(errors.ToArray()).Trim()}");
        }
        catch (KubernetesException e)
        {
            throw new AgentException($"{node}'s agent can not be asked: {e.Message}{(e.IsForbidden ? $"; that needs the right to create pods/exec in {_namespace}" : "")}", e);
        }
    }
}
