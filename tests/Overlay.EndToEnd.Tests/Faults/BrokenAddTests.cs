using Overlay.Lab;
using Overlay.Lab.Runtime;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 8: ADD killed at every step; the retry succeeds and nothing leaks.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class BrokenAddTests(FaultLab lab)
{
    private const int Steps = 12;

    [Fact]
    public async Task Plugin_killed_at_any_moment()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var whole = await MeasureAsync(await pods.RunAsync(lab.Cluster, lab.Node1, ns, "measured"));
        var broken = await pods.CreateAsync(lab.Cluster, lab.Node1, ns, "broken", Steps);
        for (var i = 0; i < Steps; i++)
        {
            await BreakAsync(broken[i], whole * i / (Steps - 2));
            if (i % 3 == 0)
                broken[i].Renew(); // the runtime forgot all about it: no DEL, another sandbox
            else if (i % 3 == 1)
                (await broken[i].DeleteAsync()).ExitCode.Should().Be(0);
            await RetryAsync(broken[i]);
        }

        await NodeState.WaitForExactlyAsync(lab.Node1, [.. broken, .. pods.All.Except(broken)], TimeSpan.FromSeconds(60));
        foreach (var pod in broken)
            pod.Serve();
        for (var i = 1; i < Steps; i++)
            (await broken[0].ReachesAsync(broken[i], TimeSpan.FromSeconds(2))).Should().BeTrue($"{broken[i].Name} must work like any other pod");
        await AllGoAsync(pods);
    }

    [Fact]
    public async Task Agent_killed_at_any_moment()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var whole = await MeasureAsync(await pods.RunAsync(lab.Cluster, lab.Node1, ns, "measured"));
        var broken = await pods.CreateAsync(lab.Cluster, lab.Node1, ns, "broken", 6);
        for (var i = 0; i < broken.Count; i++)
        {
            var adding = broken[i].AddAsync();
            await Task.Delay(whole * i / (broken.Count - 2), TestContext.Current.CancellationToken);
            await lab.Node1.Agent.KillAsync();
            lab.Node1.Agent.Start();
            var answer = await adding;
            (answer.Succeeded || answer.ErrorCode is 11).Should().BeTrue($"ADD says whether to try again: {answer}");
            await LabCluster.WaitReadyAsync(lab.Node1, TestContext.Current.CancellationToken);
            if (answer.Succeeded)
                continue;
            if (i % 2 == 0)
                (await broken[i].DeleteAsync()).ExitCode.Should().Be(0);
            await RetryAsync(broken[i]);
        }

        await NodeState.WaitForExactlyAsync(lab.Node1, pods.All, TimeSpan.FromSeconds(60));
        await AllGoAsync(pods);
    }

    private static async Task<TimeSpan> MeasureAsync(FaultPod pod)
    {
        await pod.DeleteAsync();
        pod.Renew();
        var answer = await pod.AddAsync();
        return answer.Elapsed;
    }

    private static async Task BreakAsync(FaultPod pod, TimeSpan after)
    {
        using var plugin = pod.Node.Runtime.StartPlugin(pod.Variables("ADD"));
        await plugin.StandardInput.WriteAsync(CniRuntime.Configuration().ToJsonString());
        plugin.StandardInput.Close();
        await Task.Delay(after, TestContext.Current.CancellationToken);
        plugin.Kill();
        await plugin.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As a runtime tries: once more, and if the sandbox is said to be attached already, from its DEL on.</summary>
    private static async Task RetryAsync(FaultPod pod)
    {
        var answer = await pod.AddAsync();
        if (!answer.Succeeded)
        {
            (await pod.DeleteAsync()).ExitCode.Should().Be(0);
            answer = await pod.AddAsync();
        }

        answer.Succeeded.Should().BeTrue($"the retry must succeed, but: {answer}");
    }

    private async Task AllGoAsync(PodSet pods)
    {
        foreach (var pod in pods.All)
            (await pod.DeleteAsync()).ExitCode.Should().Be(0);
        await NodeState.WaitForExactlyAsync(lab.Node1, [], TimeSpan.FromSeconds(60));
    }
}
