using Overlay.Lab;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 9: DEL under every circumstance: exit 0, nothing left.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class DeleteTests(FaultLab lab)
{
    [Fact]
    public async Task Namespace_gone_namespace_unset_and_thrice()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var gone = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "gone");
        var unset = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "unset");
        var nowhere = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "nowhere");

        NetworkNamespace.Delete(gone.Sandbox.NetworkNamespace);
        await SucceedsThriceAsync(gone, gone.Variables("DEL"));
        await SucceedsThriceAsync(unset, Without(unset.Variables("DEL"), "CNI_NETNS"));
        await SucceedsThriceAsync(nowhere, new Dictionary<string, string>(nowhere.Variables("DEL"), StringComparer.Ordinal) { ["CNI_NETNS"] = "" });
        await NodeState.WaitForExactlyAsync(lab.Node1, [], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_unknown_container_and_a_stale_one_do_not_touch_the_pod_that_is_there()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var pod = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "renewed");
        var witness = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "witness");
        var stale = pod.Variables("DEL");
        (await pod.DeleteAsync()).ExitCode.Should().Be(0);
        pod.Renew();
        (await pod.AddAsync()).Succeeded.Should().BeTrue();
        pod.Serve();

        // The old sandbox's DEL comes late, with the namespace of the new one: ids may be stale, paths reused.
        stale["CNI_NETNS"] = pod.Sandbox.NetworkNamespacePath;
        await SucceedsThriceAsync(pod, stale);
        await SucceedsThriceAsync(pod, new Dictionary<string, string>(stale, StringComparer.Ordinal) { ["CNI_CONTAINERID"] = new string('d', 64) });

        (await witness.ReachesAsync(pod, TimeSpan.FromSeconds(2))).Should().BeTrue();
        await NodeState.WaitForExactlyAsync(lab.Node1, [pod, witness], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task With_the_agent_down_a_tombstone_is_kept_and_honoured()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var leaving = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "leaving", 3);
        var staying = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "staying");

        await lab.Node1.Agent.KillAsync();
        try
        {
            foreach (var pod in leaving)
                await SucceedsThriceAsync(pod, pod.Variables("DEL"), times: 2);
            Directory.EnumerateFiles(Path.Combine(lab.Node1.StateFolder, "cni-tombstones")).Should().NotBeEmpty();
        }
        finally
        {
            lab.Node1.Agent.Start();
        }

        await LabCluster.WaitReadyAsync(lab.Node1, TestContext.Current.CancellationToken);
        await NodeState.WaitForExactlyAsync(lab.Node1, [staying], TimeSpan.FromSeconds(10));
        await Until.TrueAsync(
            TimeSpan.FromSeconds(5),
            "the tombstones to be gone",
            () => !Directory.EnumerateFiles(Path.Combine(lab.Node1.StateFolder, "cni-tombstones")).Any());
    }

    private static Dictionary<string, string> Without(Dictionary<string, string> variables, string name)
    {
        variables.Remove(name);
        return variables;
    }

    private static async Task SucceedsThriceAsync(FaultPod pod, Dictionary<string, string> variables, int times = 3)
    {
        for (var i = 0; i < times; i++)
        {
            var answer = await pod.Node.Runtime.CallAsync(variables, CniRuntime.Configuration().ToJsonString(), TestContext.Current.CancellationToken);
            answer.ExitCode.Should().Be(0, $"DEL number {i + 1} of {pod.Name}: {answer.Output}");
        }
    }
}
