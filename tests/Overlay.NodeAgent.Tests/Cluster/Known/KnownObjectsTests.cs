using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cluster.Known;

namespace Overlay.NodeAgent.Tests.Cluster.Known;

/// <summary>Fault 6: without the API server an agent starts from what it knew, and never from less than was in force.</summary>
public sealed class KnownObjectsTests : IDisposable
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("ovt-known-");
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();

    private string Path => System.IO.Path.Combine(_disk.FullName, "known-objects");

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _disk.Delete(recursive: true);
    }

    [Fact]
    public async Task A_silent_API_server_is_replaced_by_the_file_and_taken_up_when_it_is_back()
    {
        LeaveFile("deny");
        var (caches, known) = Start();
        await PassAsync(TimeSpan.FromSeconds(2));
        (caches.HaveSynced, known.IsSettled).Should().Be((false, false), "it is given a moment to answer");
        await PassAsync(TimeSpan.FromSeconds(2));
        await UntilAsync(() => known.IsSettled);
        Names(caches).Should().Equal("deny");
        (caches.ArePrimed, known.StartedFrom.HasValue).Should().Be((true, true));

        Fill(caches, "allow");
        caches.ArePrimed.Should().BeFalse();
        Names(caches).Should().Equal("allow");
        Names(Load()).Should().Equal("allow");
    }

    [Fact]
    public async Task While_lists_come_in_the_file_waits_longer()
    {
        LeaveFile("deny");
        var (caches, _) = Start();
        caches.Namespaces.Replace([]);
        await PassAsync(TimeSpan.FromSeconds(20));
        caches.HaveSynced.Should().BeFalse();
        await PassAsync(TimeSpan.FromSeconds(12));
        await UntilAsync(() => caches.HaveSynced);
        caches.Namespaces.Count.Should().Be(0, "what the API server has said stays said");
    }

    [Fact]
    public async Task A_change_is_in_the_file_before_rules_are_made_of_it()
    {
        var (caches, known) = Start();
        Fill(caches, "first");
        await UntilAsync(() => known.IsSettled);
        IReadOnlyList<string> seen = [];
        using var rules = caches.NetworkPolicies.Subscribe(_ => seen = Names(Load()));
        caches.NetworkPolicies.Put(Policy("deny"));
        seen.Should().Equal("deny", "first");
    }

    [Fact]
    public async Task Who_makes_rules_waits_for_a_change_that_is_being_written()
    {
        var caches = new ClusterCaches();
        using var writing = new ManualResetEventSlim();
        using var slow = caches.NetworkPolicies.Subscribe(_ => writing.Wait(TestContext.Current.CancellationToken));
        var change = Task.Run(() => caches.NetworkPolicies.Put(Policy("deny")), TestContext.Current.CancellationToken);
        await Task.Run(() => SpinWait.SpinUntil(() => caches.NetworkPolicies.Count == 1), TestContext.Current.CancellationToken); // it can be seen already
        var told = Task.Run(caches.WaitUntilTold, TestContext.Current.CancellationToken);
        (await Task.WhenAny(told, Task.Delay(50, TestContext.Current.CancellationToken))).Should().NotBe(told);
        writing.Set();
        await told;
        await change;
    }

    [Fact]
    public async Task A_damaged_file_is_discarded_and_the_API_server_waited_for()
    {
        LeaveFile("deny");
        using (var file = new FileStream(Path, FileMode.Open))
            file.SetLength(file.Length / 2);
        var (caches, known) = Start();
        await PassAsync(TimeSpan.FromSeconds(40));
        (caches.HaveSynced, known.IsSettled, caches.NetworkPolicies.Count, File.Exists(Path)).Should().Be((false, false, 0, false));
        Fill(caches, "allow");
        await PassAsync(TimeSpan.FromSeconds(1));
        await UntilAsync(() => known.IsSettled);
        Names(Load()).Should().Equal("allow");
    }

    [Fact]
    public async Task What_can_not_be_written_leaves_no_older_file_to_start_from()
    {
        LeaveFile("allow");
        Directory.CreateDirectory(System.IO.Path.Combine(_disk.FullName, ".known-objects.unfinished")); // in the place of the next file
        var (caches, known) = Start();
        Fill(caches, "deny");
        await PassAsync(TimeSpan.FromSeconds(1));
        await UntilAsync(() => known.IsSettled);
        File.Exists(Path).Should().BeFalse("it permits what is forbidden now");
        Directory.Delete(System.IO.Path.Combine(_disk.FullName, ".known-objects.unfinished"));
        await PassAsync(TimeSpan.FromSeconds(31));
        await UntilAsync(() => File.Exists(Path));
        Names(Load()).Should().Equal("deny");
    }

    [Fact]
    public async Task Heartbeats_of_pods_and_nodes_cost_no_write()
    {
        var (caches, known) = Start();
        Fill(caches, "deny");
        await PassAsync(TimeSpan.FromSeconds(1));
        await UntilAsync(() => known.IsSettled);
        var before = new FileInfo(Path).Length;
        for (var version = 10; version < 20; version++)
        {
            caches.Pods.Put(new Pod { Metadata = new ObjectMeta { Name = "p", Namespace = "shop", ResourceVersion = $"{version}" }, Status = new PodStatus { PodIP = $"10.255.1.{version}" } });
            caches.Nodes.Put(new Node { Metadata = new ObjectMeta { Name = "n1", ResourceVersion = $"{version}" } });
        }

        caches.Pods.Count.Should().Be(1);
        (new FileInfo(Path).Length - before).Should().BeLessThan(300, "one line for each, the first time");
    }

    [Fact]
    public async Task Many_changes_do_not_make_the_file_grow_without_end()
    {
        var (caches, known) = Start();
        Fill(caches, "deny");
        await PassAsync(TimeSpan.FromSeconds(1));
        await UntilAsync(() => known.IsSettled);
        for (var version = 10; version < 5000; version++)
            caches.NetworkPolicies.Put(Policy("deny", version));
        new FileInfo(Path).Length.Should().BeGreaterThan(256 * 1024);
        await PassAsync(TimeSpan.FromSeconds(2));
        await UntilAsync(() => new FileInfo(Path).Length < 4096);
        Names(Load()).Should().Equal("deny");
    }

    private (ClusterCaches, KnownObjects) Start()
    {
        var caches = new ClusterCaches();
        var known = new KnownObjects(Path, "n1", KnownKinds.Of(caches), _time, NullLogger.Instance);
        _ = known.RunAsync(_stop.Token);
        return (caches, known);
    }

    private void LeaveFile(params string[] policies)
    {
        var caches = new ClusterCaches();
        Fill(caches, policies);
        KnownFileWriter.Create(Path, "n1", KnownKinds.Of(caches).SelectMany(kind => kind.Lines())).Dispose();
    }

    private ClusterCaches Load()
    {
        var caches = new ClusterCaches();
        var kinds = KnownKinds.Of(caches);
        KnownFile.Read(Path, "n1", kinds.ToDictionary(kind => kind.Plural));
        foreach (var kind in kinds)
            kind.Prime();
        return caches;
    }

    private static void Fill(ClusterCaches caches, params string[] policies)
    {
        caches.NetworkPolicies.Replace([.. policies.Select(name => Policy(name))]);
        caches.Networks.Replace([]);
        caches.Subnets.Replace([]);
        caches.Tags.Replace([]);
        caches.Policies.Replace([]);
        caches.ClusterPolicies.Replace([]);
        caches.Namespaces.Replace([]);
        caches.Nodes.Replace([]);
        caches.Pods.Replace([]);
    }

    private static NetworkPolicy Policy(string name, int version = 7) =>
        new() { Metadata = new ObjectMeta { Name = name, Namespace = "shop", ResourceVersion = $"{version}" } };

    private static IReadOnlyList<string> Names(ClusterCaches caches) => [.. caches.NetworkPolicies.Snapshot().Select(p => p.Metadata.Name).Order(StringComparer.Ordinal)];

    /// <summary>Lets time pass in steps, with room for the loop in between.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(100))
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
            await PassAsync(TimeSpan.FromMilliseconds(100));
        condition().Should().BeTrue();
    }
}
