using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Lab.Api;
using Overlay.Lab.Nodes;
using Overlay.Lab.Processes;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;

namespace Overlay.Lab;

/// <summary>How a lab is built, step by step.</summary>
public sealed partial class LabCluster
{
    private async Task BuildAsync(StepClock steps, CancellationToken cancel)
    {
        await StartApiServerAsync(cancel);
        steps.Done("API server", $"on 127.0.0.1:{HostPort} and, for the nodes, on {new IPEndPoint(underlay.SwitchAddress, ApiPort)}");

        if (!options.Installed)
        {
            foreach (var node in Nodes)
                await RegisterNodeAsync(node.Number, cancel);
            steps.Done("objects", $"{Nodes.Length} Nodes");
            return;
        }

        await Api.CreateAsync("api/v1/namespaces", Named("Namespace", AgentLease.DefaultNamespace), cancel);
        await Api.CreateAsync(
            $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/overlaynetworks",
            new JsonObject
            {
                ["apiVersion"] = OverlayGroup.ApiVersion,
                ["kind"] = "OverlayNetwork",
                ["metadata"] = new JsonObject { ["name"] = OverlayNetwork.DefaultName },
                ["spec"] = options.NetworkSpec.DeepClone(),
            },
            cancel);
        foreach (var node in Nodes)
            await RegisterNodeAsync(node.Number, cancel);
        steps.Done("objects", $"OverlayNetwork {OverlayNetwork.DefaultName}, {Nodes.Length} Nodes");

        foreach (var daemon in Operators)
            daemon.Start();
        var families = options.NetworkSpec["pools"]!.AsArray().Select(pool => ((string)pool!["cidr"]!).Contains(':', StringComparison.Ordinal)).Distinct().Count();
        var subnets = await WaitAsync(
            async () => await Api.ListAsync(SubnetsPath, cancel) is { } all && all.Count >= Nodes.Length * families ? all : null,
            TimeSpan.FromSeconds(30),
            "every node to get a Subnet",
            Operators.FirstOrDefault(),
            cancel);
        steps.Done("operator", string.Join(", ", subnets.Select(s => $"{s["spec"]!["nodeName"]} {s["spec"]!["cidr"]}").Order(StringComparer.Ordinal)));

        foreach (var node in Nodes)
            node.Agent.Start();
        foreach (var node in Nodes)
            await WaitReadyAsync(node, cancel);
        foreach (var node in Nodes)
            await RegisterAgentAsync(node, cancel);
        steps.Done("agents", $"{Nodes.Length} ready: VTEP, routes and rules in place");

        if (options.PodRuntime)
        {
            Runtime.Start();
            steps.Done("runtime", "schedules pods, calls the CNI plugin, runs an echo server in each");
        }
    }

    /// <summary>Where Subnets are.</summary>
    public static string SubnetsPath => $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/subnets";

    /// <summary>Starts the API server (again: with the objects it had) and waits until it answers.</summary>
    /// <param name="cancel">Ends the wait.</param>
    public async Task StartApiServerAsync(CancellationToken cancel)
    {
        ApiServer.Start();
        await WaitAsync(
            async () =>
            {
                if (!File.Exists(Instance.Kubeconfig))
                    return null;
                api ??= ApiClient.FromKubeconfig(Instance.Kubeconfig);
                return await api.GetAsync(options.Installed ? "apis/" + OverlayGroup.Name + "/" + OverlayGroup.Version : "api/v1", cancel);
            },
            TimeSpan.FromSeconds(20),
            "the API server to answer",
            ApiServer,
            cancel);
        var host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{HostPort}");
        var inside = new IPEndPoint(underlay.SwitchAddress, ApiPort).ToString();
        WholeFile.Write(NodesKubeconfig, (await File.ReadAllTextAsync(Instance.Kubeconfig, cancel)).Replace(host, inside, StringComparison.Ordinal));
    }

    /// <summary>Creates a Node object, as a kubelet does.</summary>
    /// <param name="number">The node's number; there may be more Nodes than machines.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RegisterNodeAsync(int number, CancellationToken cancel)
    {
        await Api.CreateAsync("api/v1/nodes", LabNode.Registration(number, underlay.Stack), cancel);
        await Api.PatchAsync($"api/v1/nodes/{LabNode.NameOf(number)}/status", new JsonObject { ["status"] = LabNode.Status(number, underlay.Stack) }, cancel);
    }

    /// <summary>Waits until a node's agent says that it is ready.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task WaitReadyAsync(LabNode node, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var http = NamespaceHttp.Client(node.Space);
        var probe = node.ProbeUri("readyz");
        var said = "";
        await WaitAsync(
            async () =>
            {
                using var answer = await http.GetAsync(probe, cancel);
                said = await answer.Content.ReadAsStringAsync(cancel);
                return answer.IsSuccessStatusCode ? said : null;
            },
            TimeSpan.FromSeconds(30),
            $"{node.Name}'s agent to be ready",
            node.Agent,
            cancel,
            () => said);
    }

    /// <summary>Asks again and again until there is an answer.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="ask">Null: not yet.</param>
    /// <param name="patience">How long.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="responsible">Whose log belongs in the message.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="lately">What was last heard, for the message.</param>
    public static async Task<T> WaitAsync<T>(
        Func<Task<T?>> ask,
        TimeSpan patience,
        string what,
        Daemon? responsible,
        CancellationToken cancel,
        Func<string>? lately = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(ask);
        var began = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await ask() is { } answer)
                    return answer;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ApiRefusedException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                last = e;
            }

            if (responsible is { Process: not null, IsRunning: false })
                throw new LabException($"waited for {what}, but {responsible.Name} has ended. Its last words:\n{responsible.LogTail()}");
            if (TimeProvider.System.GetElapsedTime(began) > patience)
            {
                throw new LabException(
                    $"waited {patience.TotalSeconds} s for {what} in vain. {last?.Message} {lately?.Invoke()}\n{(responsible is null ? "" : responsible.LogPath + ":\n" + responsible.LogTail())}");
            }

            await Task.Delay(25, cancel);
        }
    }

    private static JsonObject Named(string kind, string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
    };
}
