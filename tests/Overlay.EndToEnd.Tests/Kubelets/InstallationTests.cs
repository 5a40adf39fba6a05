using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Probes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>
/// The chart with its own values and its own images, from <c>helm install</c> to <c>helm uninstall</c>: each pod of it is run by containerd as a kubelet
/// would have it run, on machines without CAP_SYS_RESOURCE.
/// </summary>
[Collection(KubeletCollection.Name)]
public sealed class InstallationTests : IAsyncDisposable
{
    private const string Space = "shop";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private KubeletCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(true, "nftables")]
    [InlineData(false, "iptables")]
    public async Task A_cluster_gets_its_network_by_helm_keeps_it_while_agents_die_and_is_as_before_when_it_is_uninstalled(bool sharedRoot, string backend)
    {
        _cluster = await KubeletCluster.StartAsync(sharedRoot);
        var before = _cluster.Traces();
        await InstallAsync(backend);
        await AgentsAndOperatorsBecomeReadyAsync();

        await _cluster.Lab.CreateNamespaceAsync(Space, null, Cancel);
        using (var client = await _cluster.RunPodAsync(Space, "client", 0))
        using (var server = await _cluster.RunPodAsync(Space, "server", 1))
        using (var stranger = await _cluster.RunPodAsync(Space, "stranger", 2))
        using (server.Serve())
        {
            (await Probe.TcpAsync(client.Space, server.At, Cancel, Patience)).Connected.Should().BeTrue("pods of different nodes reach each other");
            (await Probe.TcpAsync(stranger.Space, server.At, Cancel, Patience)).Connected.Should().BeTrue("while no policy selects one");
            await LetInAsync("server", "client");
            await Until.TrueAsync(Patience, "the stranger to be denied", async () => !(await Probe.TcpAsync(stranger.Space, server.At, Cancel)).Connected);

            Flow[] flows = [await FlowAsync(client, server, SocketType.Stream), await FlowAsync(client, server, SocketType.Dgram)];
            foreach (var signal in (string[])["SIGTERM", "SIGKILL"])
                await RestartAgentAsync(_cluster.Kubelets[1], signal);
            await ReplaceAgentAsync(_cluster.Kubelets[1]);
            (await Probe.TcpAsync(stranger.Space, server.At, Cancel)).Connected.Should().BeFalse("what was denied stays denied");
            (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
        }

        foreach (var pod in (string[])["client", "server", "stranger"])
            await _cluster.DeletePodAsync(Space, pod);
        await _cluster.HelmAsync("uninstall", "overlay");
        await _cluster.ShouldLeaveNothingBeyondAsync(before);
    }

    /// <summary>From <c>helm install</c> to a network on each node; plugin and configuration come last.</summary>
    private async Task InstallAsync(string backend)
    {
        var clock = Stopwatch.StartNew();
        await _cluster.HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--set", "network.rules.backend=" + backend);
        var helm = clock.Elapsed;
        foreach (var kubelet in _cluster.Kubelets)
        {
            await Until.TrueAsync(Patience, $"{kubelet.Machine.Node.Name}'s runtime to have a network", () => kubelet.NetworkProblem is null, () => _cluster.ToString());
            File.Exists(kubelet.Machine.At("/opt/cni/bin/overlay")).Should().BeTrue("the configuration comes after the plugin");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"helm install took {helm.TotalSeconds:F1} s; three nodes had a network after {clock.Elapsed.TotalSeconds:F1} s"));
    }

    private async Task AgentsAndOperatorsBecomeReadyAsync()
    {
        await Until.TrueAsync(Patience, "three agents and two operators to be ready", () => Ready("overlay-agent") == 3 && Ready("overlay-operator") == 2, () => _cluster.ToString());
        foreach (var pod in _cluster.Kubelets.SelectMany(k => k.Pods).SelectMany(p => p.Containers))
            pod.Attempts.Should().Be(1, "{0} needs one start", pod.Name);
        foreach (var kubelet in _cluster.Kubelets)
            AgentsRightsOn(kubelet.Machine).Should().Equal(["CapEff:\t0000000000203002", "CapBnd:\t0000000000203002", "Seccomp:\t2"], "four capabilities, and a filter");
        var nodes = await _cluster.Lab.Api.ListAsync("api/v1/nodes", Cancel);
        nodes.Should().OnlyContain(node => node["status"]!["conditions"]!.AsArray().Any(c => (string)c!["type"]! == "NetworkUnavailable" && (string)c["status"]! == "False"));
    }

    private static string[] AgentsRightsOn(Machine machine)
    {
        var process = machine.Run("pgrep", "--exact", "overlay-agent").Checked().Trim();
        return machine.Run("grep", "-E", "^(CapEff|CapBnd|Seccomp):", $"/proc/{process}/status").Checked().Trim().Split('\n');
    }

    private int Ready(string name) => _cluster.Kubelets.Count(k => k.Find(name) is { } pod && pod.Containers.All(c => c.IsReady));

    private static async Task RestartAgentAsync(Kubelet kubelet, string signal)
    {
        var agent = kubelet.Find("overlay-agent")!.Containers[0];
        var attempts = agent.Attempts;
        kubelet.Machine.Ctr("task", "kill", "--signal", signal, agent.Id!).Checked();
        await Until.TrueAsync(Patience, $"the agent to be ready again after {signal}", () => agent.Attempts > attempts && agent.IsReady, () => $"{kubelet.Find("overlay-agent")}");
    }

    /// <summary>As a rolling update does.</summary>
    private async Task ReplaceAgentAsync(Kubelet kubelet)
    {
        var old = kubelet.Find("overlay-agent")!.Pod.Name;
        await _cluster.DeletePodAsync(HelmTool.Namespace, old);
        await Until.TrueAsync(Patience, "another agent to be ready", () => kubelet.Find("overlay-agent") is { } pod && pod.Pod.Name != old && pod.Containers[0].IsReady, () => $"{kubelet.Find("overlay-agent")}");
    }

    private static Task<Flow> FlowAsync(KubeletPod from, KubeletPod to, SocketType type) => Flow.StartAsync($"{type} {from.Name} to {to.Name}", from.Space, to.At, type);

    private Task<JsonObject> LetInAsync(string selected, string allowed) => _cluster.Lab.Api.CreateAsync(
        $"apis/networking.k8s.io/v1/namespaces/{Space}/networkpolicies",
        new JsonObject
        {
            ["apiVersion"] = "networking.k8s.io/v1",
            ["kind"] = "NetworkPolicy",
            ["metadata"] = new JsonObject { ["name"] = selected },
            ["spec"] = new JsonObject
            {
                ["podSelector"] = Labelled(selected),
                ["ingress"] = new JsonArray(new JsonObject { ["from"] = new JsonArray(new JsonObject { ["podSelector"] = Labelled(allowed) }) }),
            },
        },
        Cancel);

    private static JsonObject Labelled(string app) => new() { ["matchLabels"] = new JsonObject { ["app"] = app } };
}
