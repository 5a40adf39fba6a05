using System.Globalization;
using Overlay.Lab.Nodes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 25, small: pods come and go many times, and the agent keeps nothing of them.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class ManyPodsTests(FaultLab lab, ITestOutputHelper told)
{
    private const int Warming = 40;
    private const int Rounds = 500;
    private const int Parallel = 4;

    [Fact]
    public async Task Five_hundred_pods_later_the_agent_has_no_more_descriptors_threads_namespaces_nor_much_memory()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var coming = await pods.CreateAsync(lab.Cluster, lab.Node3, ns, "coming", Parallel);
        await TurnAsync(coming, Warming);
        var before = Footprint.Of(lab.Node3);
        await TurnAsync(coming, Rounds);
        await NodeState.WaitForExactlyAsync(lab.Node3, [], TimeSpan.FromSeconds(20));

        // Threads of the pool and pages go a while after the work.
        var after = Footprint.Of(lab.Node3);
        await Until.TrueAsync(
            TimeSpan.FromSeconds(40),
            "the agent to be as before",
            () => (after = Footprint.Of(lab.Node3)).IsNoMoreThan(before),
            () => $"Before: {before}. After: {after}.");
        told.WriteLine($"before: {before}; after {Rounds} ADD and DEL: {after}");
    }

    private static Task TurnAsync(IReadOnlyList<FaultPod> pods, int rounds) =>
        Task.WhenAll(pods.Select(pod => Task.Run(async () =>
        {
            for (var i = 0; i < rounds / pods.Count; i++)
            {
                var added = await pod.AddAsync();
                added.Succeeded.Should().BeTrue($"{added}");
                (await pod.DeleteAsync()).ExitCode.Should().Be(0);
                pod.Renew();
            }
        })));

    /// <summary>What the agent's process holds, and its node.</summary>
    private sealed record Footprint(int Descriptors, int Threads, long Kilobytes, int Devices)
    {
        private const int SpareDescriptors = 4;
        private const int SpareThreads = 6;
        private const int SpareKilobytes = 12 * 1024;

        public static Footprint Of(LabNode node)
        {
            var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{node.Agent.Process!.Id}");
            var resident = File.ReadLines(process + "/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            using var kernel = RouteSocket.Open(node.Space);
            return new Footprint(
                Directory.EnumerateFileSystemEntries(process + "/fd").Count(),
                Directory.EnumerateDirectories(process + "/task").Count(),
                long.Parse(resident, CultureInfo.InvariantCulture),
                kernel.Links().Count);
        }

        /// <summary>Descriptors too are opened and closed all the time (timers, the API server's connections): a few more prove no leak, one for each pod would.</summary>
        public bool IsNoMoreThan(Footprint before) =>
            Descriptors <= before.Descriptors + SpareDescriptors && Threads <= before.Threads + SpareThreads && Kilobytes <= before.Kilobytes + SpareKilobytes && Devices <= before.Devices;
    }
}
