using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Workloads;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Operator.Cluster;
using Overlay.Operator.Workloads;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>Tags that an operator has made while its watch is broken: no event ever tells what became of them.</summary>
public sealed class UnheardTagTests : IAsyncLifetime
{
    private static readonly WorkloadTagSpec Workload = new()
    {
        Namespace = "shop",
        Keys = ["app"],
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "cart"),
    };

    private readonly FakeTimeProvider _time = new();
    private TestCluster _cluster = null!;
    private TagGiver _giver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        var view = new ClusterView(_cluster.Connection, "overlay-system", NullLoggerFactory.Instance);
        var events = new EventRecorder(_cluster.Events, "overlay-operator", "test");
        _giver = new TagGiver(view, new WorkloadIndexes(view), new FormerTags(view.Tags.Cache, TimeSpan.FromHours(1), _time), events, () => { }, _time, NullLogger.Instance);
        (await _giver.GiveAsync([Workload], wide: true, Cancel)).Should().Be(0);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task One_that_is_there_counts_as_long_as_it_takes_to_hear_of_it()
    {
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TagGiver.Patience);
            await _giver.AskAsync("shop", Cancel);
            _giver.TagsOf("shop").Should().ContainSingle();
            _giver.IsWaiting("shop").Should().BeTrue();
        }
    }

    [Fact]
    public async Task One_that_vanished_is_made_again_with_its_number()
    {
        var made = _giver.TagsOf("shop").Single();
        await _cluster.Tags.DeleteAsync(made.Metadata.Key, new DeleteOptions(), Cancel);

        await _giver.AskAsync("shop", Cancel);
        _giver.TagsOf("shop").Should().ContainSingle("a moment ago it was there");
        _time.Advance(TagGiver.Patience);
        await _giver.AskAsync("shop", Cancel);

        _giver.TagsOf("shop").Should().BeEmpty();
        _giver.IsWaiting("shop").Should().BeFalse();
        await _giver.GiveAsync([Workload with { Labels = Workload.Labels.SetItem("app", "mail") }], wide: true, Cancel);
        await _giver.GiveAsync([Workload], wide: true, Cancel);
        _giver.TagsOf("shop").Single(t => t.Spec.Labels["app"] == "cart").Spec.Tag.Should().Be(made.Spec.Tag, "a node may have heard of it");
    }
}
