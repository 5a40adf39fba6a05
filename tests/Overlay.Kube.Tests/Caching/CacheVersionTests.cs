using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.Kube.Tests.Caching;

/// <summary>What is made of a cache's objects is made anew after a change, and only then.</summary>
public class CacheVersionTests
{
    private readonly EntityCache<Namespace> _cache = new();

    [Fact]
    public void What_is_derived_is_kept_until_something_changes()
    {
        var made = 0;
        var derived = new Derived<Namespace, int>(_cache, all =>
        {
            made++;
            return all.Length;
        });
        _cache.Replace([Named("a", "1"), Named("b", "2")]);
        derived.Value.Should().Be(2);
        derived.Value.Should().Be(2);
        _cache.Replace([Named("a", "1"), Named("b", "2")]);
        derived.Value.Should().Be(2);
        made.Should().Be(1);

        _cache.Remove(Named("a", "3"));
        derived.Value.Should().Be(1);
        made.Should().Be(2);
    }

    [Fact]
    public void The_newest_version_is_that_of_the_objects_which_are_there()
    {
        _cache.NewestVersion.Should().BeNull();
        _cache.Replace([Named("a", "1"), Named("b", "9"), Named("c", "5"), Named("d", "odd")]);
        _cache.NewestVersion.Should().Be(9);
        _cache.Put(Named("a", "12"));
        _cache.NewestVersion.Should().Be(12);
        _cache.Remove(Named("a", "13"));
        _cache.NewestVersion.Should().Be(9);
        _cache.Remove(Named("b", "14"));
        _cache.Put(Named("e", "7"));
        _cache.NewestVersion.Should().Be(7);
        _cache.Replace([]);
        _cache.NewestVersion.Should().BeNull();
    }

    [Fact]
    public void A_list_of_a_restored_server_takes_the_newest_version_back()
    {
        _cache.Replace([Named("a", "100"), Named("b", "200")]);
        _cache.Replace([Named("a", "10"), Named("b", "20")]);
        _cache.NewestVersion.Should().Be(20);
    }

    private static Namespace Named(string name, string version) => new() { Metadata = new ObjectMeta { Name = name, ResourceVersion = version } };
}
