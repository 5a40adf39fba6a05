using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>
/// The chart with its own values and its own images, from <c>helm install</c> to <c>helm uninstall</c>: each pod of it is run by containerd as a kubelet
/// would have it run, on machines without CAP_SYS_RESOURCE.
/// </summary>
[Collection(KubeletCollection.Installed)]
public sealed class InstallationTests() : KubeletTests(KubeletCollection.Installed)
{

    [Theory]
    [InlineData(true, "nftables")]
    [InlineData(false, "iptables")]
    public async Task A_cluster_gets_its_network_by_helm_keeps_it_while_agents_die_and_is_as_before_when_it_is_uninstalled(bool sharedRoot, string backend)
    {
        await StartAsync(sharedRoot);
        var before = Cluster.Traces();
        await InstallAsync(backend);
        await AgentsAndOperatorsBecomeReadyAsync();
        if (backend == "nftables")
            OtherProgramsReadTheRules();

        await using (var ground = await KubeletGround.OpenAsync(Cluster, ("client", 0), ("server", 1), ("stranger", 2)))
        {
            var (client, server, stranger) = (ground.Clients[0], ground.Servers[0], ground.Strangers[0]);
            await ground.OpennessAsync();
            await LetInAsync("server", "client");
            await ground.JudgementAsync();

            Flow[] flows = [await FlowAsync(client, server, SocketType.Stream), await FlowAsync(client, server, SocketType.Dgram)];
            foreach (var signal in (string[])["SIGTERM", "SIGKILL"])
                await RestartAgentAsync(Cluster.Kubelets[1], signal);
            await ReplaceAgentAsync(Cluster.Kubelets[1]);
            (await KubeletGround.ReachesAsync(stranger, server)).Should().BeFalse("what was denied stays denied");
            (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
            await ground.DeletePodsAsync();
        }

        await UninstallAsync(before);
    }

    /// <summary>From <c>helm install</c> to a network on each node; plugin and configuration come last.</summary>
    private async Task InstallAsync(string backend)
    {
        var clock = Stopwatch.StartNew();
        await Cluster.HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--set", "network.rules.backend=" + backend);
        var helm = clock.Elapsed;
        foreach (var kubelet in Cluster.Kubelets)
        {
            await Until.TrueAsync(Patience, $"{kubelet.Machine.Node.Name}'s runtime to have a network", () => kubelet.NetworkProblem is null, () => Cluster.ToString());
            File.Exists(kubelet.Machine.At("/opt/cni/bin/overlay")).Should().BeTrue("the configuration comes after the plugin");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"helm install took {helm.TotalSeconds:F1} s; three nodes had a network after {clock.Elapsed.TotalSeconds:F1} s"));
    }

    /// <summary>By an nft of another release than the image's: one that could not read our table could not change its own either.</summary>
    private void OtherProgramsReadTheRules()
    {
        foreach (var kubelet in Cluster.Kubelets)
            kubelet.Machine.Run("nft", "list", "ruleset").Checked().Should().Contain("table inet overlay").And.Contain("set grants_ranges");
    }

    private async Task AgentsAndOperatorsBecomeReadyAsync()
    {
        await Until.TrueAsync(Patience, "three agents and two operators to be ready", () => Ready("overlay-agent") == 3 && Ready("overlay-operator") == 2, () => Cluster.ToString());
        foreach (var pod in Cluster.Kubelets.SelectMany(k => k.Pods).SelectMany(p => p.Containers))
            pod.Attempts.Should().Be(1, "{0} needs one start", pod.Name);
        foreach (var kubelet in Cluster.Kubelets)
            AgentsRightsOn(kubelet.Machine).Should().Equal(["CapEff:\t0000000000203002", "CapBnd:\t0000000000203002", "Seccomp:\t2"], "four capabilities, and a filter");
        var nodes = await Cluster.Lab.Api.ListAsync("api/v1/nodes", Cancel);
        nodes.Should().OnlyContain(node => node["status"]!["conditions"]!.AsArray().Any(c => (string)c!["type"]! == "NetworkUnavailable" && (string)c["status"]! == "False"));
    }

    private static string[] AgentsRightsOn(Machine machine)
    {
        var process = machine.Run("pgrep", "--exact", "overlay-agent").Checked().Trim();
        return machine.Run("grep", "-E", "^(CapEff|CapBnd|Seccomp):", $"/proc/{process}/status").Checked().Trim().Split('\n');
    }

    private int Ready(string name) => Cluster.Kubelets.Count(k => k.Find(name) is { } pod && pod.Containers.All(c => c.IsReady));

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
        await Cluster.DeletePodAsync(HelmTool.Namespace, old);
        await Until.TrueAsync(Patience, "another agent to be ready", () => kubelet.Find("overlay-agent") is { } pod && pod.Pod.Name != old && pod.Containers[0].IsReady, () => $"{kubelet.Find("overlay-agent")}");
    }

    private static Task<Flow> FlowAsync(KubeletPod from, KubeletPod to, SocketType type) => Flow.StartAsync($"{type} {from.Name} to {to.Name}", from.Space, to.At, type);

    private Task<JsonObject> LetInAsync(string selected, string allowed) => Cluster.Lab.Api.CreateAsync(
        $"apis/networking.k8s.io/v1/namespaces/{KubeletGround.Space}/networkpolicies",
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
