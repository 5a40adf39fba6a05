using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.Kube.Tests.Caching;

public sealed class EntityCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task It_has_synced_when_the_first_list_has_come_empty_or_not()
    {
        var cache = new EntityCache<Pod>();
        var waiting = cache.WaitForSyncAsync(TestContext.Current.CancellationToken);

        cache.HasSynced.Should().BeFalse();
        cache.Replace([]);

        cache.HasSynced.Should().BeTrue();
        await waiting;
    }

    [Fact]
    public void An_index_follows_every_change()
    {
        var cache = new EntityCache<Pod>();
        cache.Put(NewPod("a", 1, "node-1"));
        var byNode = cache.AddIndex("node", pod => pod.Spec.NodeName is { } node ? [node] : Array.Empty<string>());
        cache.Put(NewPod("b", 2, "node-1"));
        cache.Put(NewPod("c", 3, null));
        cache.Put(NewPod("c", 4, "node-2"));
        cache.Put(NewPod("a", 5, "node-2"));
        cache.Remove(NewPod("b", 6, "node-1"));

        byNode["node-1"].Should().BeEmpty();
        byNode["node-2"].Select(p => p.Metadata.Name).Should().BeEquivalentTo("a", "c");
        byNode.Keys.Should().Equal("node-2");
        cache.Replace([NewPod("a", 9, "node-3")]);
        byNode.Keys.Should().Equal("node-3");
    }

    [Fact]
    public void A_late_subscriber_hears_of_what_is_there()
    {
        var cache = new EntityCache<Pod>();
        cache.Put(NewPod("a", 1, "n"));
        var heard = new List<string>();

        var subscription = cache.Subscribe(change => heard.Add($"{change.Kind} {change.Key}"));
        cache.Put(NewPod("b", 2, "n"));
        subscription.Dispose();
        cache.Put(NewPod("c", 3, "n"));

        heard.Should().Equal("Added shop/a", "Added shop/b");
    }

    [Fact]
    public void A_handler_that_throws_does_not_silence_the_others()
    {
        var cache = new EntityCache<Pod>();
        var heard = 0;
        cache.Subscribe(_ => throw new InvalidOperationException("broken"));
        cache.Subscribe(_ => heard++);

        cache.Put(NewPod("a", 1, "n"));

        heard.Should().Be(1);
    }

    [Fact]
    public void A_handler_sees_the_cache_and_its_indexes_after_the_change()
    {
        var cache = new EntityCache<Pod>();
        var byNode = cache.AddIndex("node", pod => new[] { pod.Spec.NodeName! });
        var counts = new List<(int, int)>();
        cache.Subscribe(_ => counts.Add((cache.Count, byNode["n"].Count)));

        cache.Put(NewPod("a", 1, "n"));
        cache.Remove(NewPod("a", 2, "n"));

        counts.Should().Equal((1, 1), (0, 0));
    }

    [Fact]
    public void It_tells_for_how_long_nothing_was_heard()
    {
        var cache = new EntityCache<Pod>(_time);
        cache.Staleness.Should().Be(TimeSpan.MaxValue);

        cache.Replace([]);
        _time.Advance(TimeSpan.FromSeconds(30));
        cache.Staleness.Should().Be(TimeSpan.FromSeconds(30));

        cache.Touch();
        cache.Staleness.Should().Be(TimeSpan.Zero);
    }

    [Property(MaxTest = 300)]
    public bool Events_doubled_and_disordered_lead_to_the_state_of_the_latest_versions(int seed, byte length)
    {
        var random = new Random(seed);
        var history = new List<(bool Deleted, Pod Pod)>();
        var alive = new HashSet<string>();
        for (var version = 1; version <= length; version++)
        {
            var name = $"p{random.Next(5)}";
            var delete = alive.Contains(name) && random.Next(3) == 0;
            if (delete)
                alive.Remove(name);
            else
                alive.Add(name);
            history.Add((delete, NewPod(name, version, $"node-{version}")));
        }

        var expected = new Dictionary<string, Pod>();
        foreach (var (deleted, pod) in history)
        {
            if (deleted)
                expected.Remove(pod.Metadata.Name);
            else
                expected[pod.Metadata.Name] = pod;
        }

        // Doubled, and disordered among neighbours; a deletion that overtakes its object's last change needs the tombstone.
        var sent = history.Concat(history.Where(_ => random.Next(4) == 0))
            .Select(e => (e, At: int.Parse(e.Pod.Metadata.ResourceVersion!, System.Globalization.CultureInfo.InvariantCulture) + random.Next(4)))
            .OrderBy(x => x.At).Select(x => x.e);
        var cache = new EntityCache<Pod>();
        foreach (var (deleted, pod) in sent)
        {
            if (deleted)
                cache.Remove(pod);
            else
                cache.Put(pod);
        }

        return cache.Snapshot().OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => (p.Metadata.Name, p.Spec.NodeName))
            .SequenceEqual(expected.Values.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => (p.Metadata.Name, p.Spec.NodeName)));
    }

    private static Pod NewPod(string name, int version, string? node) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "shop", Uid = name, ResourceVersion = $"{version}" },
        Spec = new PodSpec { NodeName = node },
    };
}
