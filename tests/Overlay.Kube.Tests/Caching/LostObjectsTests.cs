using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.Kube.Tests.Caching;

/// <summary>Objects that are deleted while the network hangs on them; here: pods that have not ended, which another on their node overrules.</summary>
public sealed class LostObjectsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _heard = [];
    private readonly EntityCache<Pod> _cache;

    public LostObjectsTests()
    {
        _cache = new EntityCache<Pod>(_time, null, new Leaving<Pod>
        {
            IsDue = pod => pod.Status?.Phase == PodPhase.Succeeded,
            IsOverruled = (lost, arrived) => lost.Spec.NodeName == arrived.Spec.NodeName,
            Kept = TimeSpan.FromHours(1),
        });
        _cache.Replace([NewPod("a", "1", "node-1")]);
        _cache.Subscribe(change => _heard.Add($"{change.Kind} {change.Key.Name}"));
        _heard.Clear();
    }

    [Fact]
    public void What_leaves_in_order_is_gone()
    {
        _cache.Put(NewPod("a", "2", "node-1", PodPhase.Succeeded));
        _cache.Remove(NewPod("a", "3", "node-1", PodPhase.Succeeded));

        _cache.Count.Should().Be(0);
        _cache.Lost.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_deleted_otherwise_is_kept_and_told_once(bool byList)
    {
        Lose(byList);
        Lose(byList: true);

        _cache.Find(new ObjectKey("shop", "a")).Should().NotBeNull();
        _cache.Lost.Select(pod => pod.Metadata.Name).Should().Equal("a");
        _cache.IsLost(new ObjectKey("shop", "a")).Should().BeTrue();
        _heard.Should().Equal("Updated a");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Made_again_it_is_the_same_to_everybody(bool byList)
    {
        Lose(byList: false);
        _heard.Clear();

        var again = NewPod("a", "9", "node-1", uid: "another");
        if (byList)
            _cache.Replace([again]);
        else
            _cache.Put(again);

        _cache.Lost.Should().BeEmpty();
        _cache.Find(again.Metadata.Key).Should().BeSameAs(again);
        _heard.Should().Equal("Updated a");
    }

    [Fact]
    public void Late_news_of_the_deleted_object_is_not_taken_for_its_return()
    {
        Lose(byList: false);

        _cache.Put(NewPod("a", "2", "node-1")).Should().BeFalse();

        _cache.Lost.Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_says_otherwise_overrules_it(bool byList)
    {
        Lose(byList: false);
        _heard.Clear();

        if (byList)
            _cache.Replace([NewPod("b", "9", "node-1")]);
        else
            _cache.Put(NewPod("b", "9", "node-1"));

        _cache.Snapshot().Select(pod => pod.Metadata.Name).Should().Equal("b");
        _heard.Should().Equal("Deleted a", "Added b");
    }

    [Fact]
    public void In_the_end_it_is_forgotten()
    {
        Lose(byList: false);
        _time.Advance(TimeSpan.FromMinutes(59));
        _cache.Count.Should().Be(1);

        _time.Advance(TimeSpan.FromMinutes(1));

        SpinWait.SpinUntil(() => _cache.Count == 0, TimeSpan.FromSeconds(10)).Should().BeTrue();
        _cache.Lost.Should().BeEmpty();
        _heard.Should().Equal("Updated a", "Deleted a");
    }

    private void Lose(bool byList)
    {
        if (byList)
            _cache.Replace([]);
        else
            _cache.Remove(NewPod("a", "3", "node-1"));
    }

    private static Pod NewPod(string name, string version, string node, PodPhase phase = PodPhase.Running, string? uid = null) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = name, Uid = uid ?? $"uid-{name}", ResourceVersion = version },
        Spec = new PodSpec { Containers = [], NodeName = node },
        Status = new PodStatus { Phase = phase },
    };
}
