using System.Text.Json.Nodes;
using Overlay.Lab.Api;

namespace Overlay.Lab.Runtime;

/// <summary>Gives a pod without a node the next one in turn, by the binding subresource.</summary>
internal sealed class Scheduler(ApiClient api, IReadOnlyList<string> nodes)
{
    private int turn = -1;

    public void Place(PodView pod)
    {
        if (pod.Terminating || nodes.Count == 0)
            return;
        var node = nodes[(int)((uint)Interlocked.Increment(ref turn) % (uint)nodes.Count)];
        _ = BindAsync(pod, node);
    }

    private async Task BindAsync(PodView pod, string node)
    {
        try
        {
            await api.CreateAsync(
                pod.Path + "/binding",
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Binding",
                    ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace },
                    ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
                },
                CancellationToken.None);
        }
        catch (Exception e) when (e is ApiRefusedException or HttpRequestException or OperationCanceledException)
        {
            // Bound by somebody else, gone, or the server is away: the next list brings it up again if it still wants a node.
            await Console.Error.WriteLineAsync($"{pod.Namespace}/{pod.Name}: {e.Message}");
        }
    }
}
