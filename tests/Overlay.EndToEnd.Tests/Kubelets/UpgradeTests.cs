using System.Diagnostics;
using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary><c>helm upgrade</c> and <c>helm rollback</c> under traffic: agents and operators in their containers are replaced as controllers replace them.</summary>
[Collection(KubeletCollection.UnderWay)]
public sealed class UpgradeTests(ITestOutputHelper told) : KubeletTests(KubeletCollection.UnderWay)
{
    private const string Next = "next";
    /// <summary>What is between two hooks at that moment may be lost (decision 12).</summary>
    private const int Caught = 1;
    private static readonly string[] Parts = ["overlay-agent", "overlay-operator"];

    [Fact]
    public async Task Each_agent_and_operator_is_replaced_and_replaced_again_and_no_flow_notices()
    {
        await InstalledAsync();
        foreach (var machine in Cluster.Kubelets.Select(k => k.Machine))
        {
            foreach (var part in (string[])["agent", "operator"])
                machine.Ctr("images", "tag", $"docker.io/overlay-cni/{part}:0.1.0", $"docker.io/overlay-cni/{part}:{Next}").Checked();
        }

        await using var ground = await KubeletGround.OpenAsync(Cluster);
        var first = Running();

        await using (var traffic = await ground.TalkAsync())
        {
            var clock = Stopwatch.StartNew();
            var upgrade = Cluster.HelmAsync(
                "upgrade", "overlay", HelmTool.Chart, "--wait", "--set", "image.agent.tag=" + Next, "--set", "image.operator.tag=" + Next, "--set", "agent.log.level=debug", "--set", "agent.podAnnotations.reason=upgrade");
            var late = await Task.WhenAll(Enumerable.Range(0, Cluster.Kubelets.Count).Select(node => ground.RunAsync("stranger", "late", node)));
            await upgrade;
            var second = Running();
            second.Select(pod => pod.Name).Should().NotIntersectWith(first.Select(pod => pod.Name), "each has been replaced");
            second.Select(pod => pod.Image).Should().OnlyContain(image => image.EndsWith(":" + Next, StringComparison.Ordinal));
            foreach (var stranger in late)
                (await KubeletGround.ReachesAsync(stranger, ground.Servers[0])).Should().BeFalse("{0}, which came meanwhile, is denied", stranger.Name);

            await Cluster.HelmAsync("rollback", "overlay", "1", "--wait");
            var third = Running();
            third.Select(pod => pod.Name).Should().NotIntersectWith(second.Select(pod => pod.Name), "each has been replaced again");
            third.Select(pod => pod.Image).Should().BeEquivalentTo(first.Select(pod => pod.Image));
            var report = await traffic.StopAsync();
            told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"upgraded and rolled back in {clock.Elapsed.TotalSeconds:F1} s: {report}"));
            report.ShouldBeUndisturbed();
        }

        await ground.JudgementAsync();
    }

    [Fact]
    public async Task Another_rule_backend_comes_to_running_agents_and_what_both_made_goes_with_the_release()
    {
        var before = await InstalledAsync(["network.rules.backend=nftables"]);
        await using (var ground = await KubeletGround.OpenAsync(Cluster))
        {
            var agents = Running();
            await using (var traffic = await ground.TalkAsync())
            {
                await Cluster.HelmAsync("upgrade", "overlay", HelmTool.Chart, "--wait", "--set", "network.rules.backend=iptables");
                await BackendAsync("iptables");
                await ground.JudgementAsync();
                await Cluster.HelmAsync("rollback", "overlay", "1", "--wait");
                await BackendAsync("nftables");
                await ground.JudgementAsync();
                var report = await traffic.StopAsync();
                told.WriteLine($"to iptables and back: {report}");
                report.ShouldBeUndisturbed(ofEach: Caught);
            }

            Running().Should().BeEquivalentTo(agents, "no pod is replaced for it");
            await ground.DeletePodsAsync();
        }

        await UninstallAsync(before);
    }

    /// <summary>Waits until each node's agent says that it judges by this one.</summary>
    private Task<TimeSpan> BackendAsync(string backend) => Until.TrueAsync(
        Patience,
        $"all nodes to judge by {backend}",
        async () =>
        {
            var leases = await Cluster.Lab.Api.ListAsync($"apis/coordination.k8s.io/v1/namespaces/{HelmTool.Namespace}/leases?labelSelector={AgentLease.RoleLabel}={AgentLease.Role}", Cancel);
            return leases.Count(lease => (string?)lease["metadata"]!["annotations"]?[AgentLease.BackendAnnotation] == backend) == Cluster.Kubelets.Count;
        },
        Cluster.ToString);

    /// <summary>The chart's pods that run on, with their images.</summary>
    private List<(string Name, string Image)> Running() =>
    [
        .. Cluster.Kubelets.SelectMany(k => k.Pods).Where(run => Parts.Any(part => run.Pod.Name.StartsWith(part + "-", StringComparison.Ordinal)))
            .Select(run => (run.Pod.Name, (string)run.Pod.Containers[0]["image"]!)),
    ];
}
