using Overlay.Api.Subnets;

namespace Overlay.Operator.Tests.Cluster;

public sealed class OperatorBinaryTests
{
    /// <summary>Fault 4: the leader is stopped past its lease while 255 nodes join, and goes on when another leads.</summary>
    [Fact]
    public async Task A_leader_that_was_frozen_and_goes_on_does_no_harm()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        await cluster.NamespaceAsync("shop");
        var kubeconfig = cluster.WriteKubeconfig();
        await using var first = Start(kubeconfig);
        await TestCluster.EventuallyAsync(() => Task.FromResult(first.Leads), leads => leads, 60);
        await using var second = Start(kubeconfig);

        var joining = Parallel.ForEachAsync(Enumerable.Range(0, 255), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            await cluster.NodeAsync($"node-{i}", $"192.0.2.{i}");
            await cluster.PodAsync("shop", $"pod-{i}", ("app", $"app-{i}"));
        });
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length > 10, 60);
        await first.SignalAsync("STOP");
        await TestCluster.EventuallyAsync(() => Task.FromResult(second.Leads), leads => leads, 60);
        await first.SignalAsync("CONT");
        await joining;

        var subnets = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length >= 255, 60);
        var tags = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length >= 255, 60);
        subnets.Where(s => s.Status?.Phase != AllocationPhase.Released).GroupBy(s => s.Spec.NodeUid).Should().HaveCount(255);
        subnets.Should().OnlyContain(s => s.Metadata.Name == s.Spec.Cidr.Replace('/', '-') && s.Spec.Cidr.EndsWith("/24"), "blocks of one size with different names do not overlap");
        subnets.Select(s => s.Spec.Cidr).Should().OnlyHaveUniqueItems();
        tags.Select(t => t.Spec.Tag).Should().OnlyHaveUniqueItems();
        await TestCluster.EventuallyAsync(() => Task.FromResult(first.Log), l => l.Contains("no longer leads", StringComparison.Ordinal));

        await first.SignalAsync("TERM");
        await second.SignalAsync("TERM");
        (await first.ExitAsync()).Should().Be(0);
        (await second.ExitAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData("--colour", "green", "there is no such option")]
    [InlineData("--rest", "soon", "--rest 'soon'")]
    [InlineData("--kubeconfig", "/nonexistent/kubeconfig", "/nonexistent/kubeconfig")]
    public async Task What_it_can_not_start_with_it_says(string option, string value, string message)
    {
        await using var process = OperatorBinary.Start(option, value);
        (await process.ExitAsync()).Should().Be(2);
        await TestCluster.EventuallyAsync(() => Task.FromResult(process.Log), l => l.Contains(message, StringComparison.Ordinal), 5);
    }

    private static OperatorBinary Start(string kubeconfig) => OperatorBinary.Start(
        "--kubeconfig", kubeconfig, "--probe-address", "127.0.0.1:0", "--lease-duration", "2", "--renew-deadline", "1.5", "--retry-period", "0.2");
}
