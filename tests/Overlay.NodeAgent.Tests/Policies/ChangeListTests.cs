using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Policies;

namespace Overlay.NodeAgent.Tests.Policies;

/// <summary>Changes between two passes are told once each, as from the first state to the last.</summary>
public sealed class ChangeListTests
{
    private readonly EntityCache<Namespace> _cache = new();

    [Fact]
    public void What_is_there_has_come()
    {
        _cache.Replace([Named("a", "1")]);
        using var list = new ChangeList<Namespace>(_cache);
        list.Drain().Should().ContainSingle().Which.Kind.Should().Be(ChangeKind.Added);
    }

    [Fact]
    public void An_object_that_changes_twice_is_told_once_and_one_that_comes_and_goes_not_at_all()
    {
        var before = Named("a", "1");
        _cache.Replace([before]);
        using var list = new ChangeList<Namespace>(_cache);
        list.Drain();
        _cache.Put(Named("a", "2"));
        var last = Named("a", "3");
        _cache.Put(last);
        _cache.Put(Named("b", "4"));
        _cache.Remove(Named("b", "5"));

        var change = list.Drain().Should().ContainSingle().Subject;
        change.Old.Should().BeSameAs(before);
        change.New.Should().BeSameAs(last);
        list.Drain().Should().BeEmpty();
    }

    [Fact]
    public void Begun_anew_it_tells_all_there_is_once()
    {
        _cache.Replace([Named("a", "1")]);
        using var list = new ChangeList<Namespace>(_cache);
        _cache.Put(Named("b", "2"));
        list.Restart();
        list.Drain().Select(change => change.Key.Name).Should().BeEquivalentTo("a", "b");
        _cache.Put(Named("c", "3"));
        list.Drain().Should().ContainSingle();
    }

    private static Namespace Named(string name, string version) => new() { Metadata = new ObjectMeta { Name = name, ResourceVersion = version } };
}
