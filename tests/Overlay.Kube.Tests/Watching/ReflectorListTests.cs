using Overlay.Kube.Core;
using Overlay.Kube.Tests.Server;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

/// <summary>What a reflector asks for, and what a list does to the cache.</summary>
public sealed class ReflectorListTests
{
    [Fact]
    public async Task Lists_from_the_watch_cache_and_then_follows_the_watch()
    {
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("b", 4)));
                return;
            }

            await answer.BeginAsync();
            await answer.LineAsync(Json.Event("ADDED", Json.Namespace("c", 11)));
            await answer.LineAsync(Json.Event("MODIFIED", Json.Namespace("a", 12, "y")));
            await answer.LineAsync(Json.Event("DELETED", Json.Namespace("b", 13)));
            await answer.HangAsync();
        });

        await it.UntilAsync("a=y c=x");

        it.Cache.HasSynced.Should().BeTrue();
        it.Changes.Should().Equal("Added a x", "Added b x", "Added c x", "Updated a y", "Deleted b");
        it.Requests[0].Query.Should().Contain("resourceVersion", "0").And.Contain("limit", "500");
        it.Requests[1].Query.Should().Contain("resourceVersion", "10").And.Contain("allowWatchBookmarks", "true").And.ContainKey("timeoutSeconds");
        it.Requests[1].Headers["User-Agent"].Should().MatchRegex(@"^overlay-agent/\d+\.\d+\.\d+");
    }

    [Fact]
    public async Task Pages_through_a_long_list()
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (request.IsWatch)
                await answer.HangAsync();
            else if (number == 1)
                await answer.JsonAsync(Json.Page(10, "next", Json.Namespace("a", 3)));
            else
                await answer.JsonAsync(Json.List(10, Json.Namespace("b", 4)));
        });

        await it.UntilAsync("a=x b=x");

        it.Requests[1].Query.Should().Contain("continue", "next").And.NotContainKey("resourceVersion");
    }

    [Fact]
    public async Task An_expired_continue_token_starts_the_list_anew_from_the_store()
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (request.IsWatch)
                await answer.HangAsync();
            else if (number == 1)
                await answer.JsonAsync(Json.Page(10, "next", Json.Namespace("a", 3)));
            else if (number == 2)
                await answer.FailAsync(410, "Expired", "the provided continue parameter is too old");
            else
                await answer.JsonAsync(Json.List(20, Json.Namespace("b", 4)));
        });

        await it.UntilAsync("b=x");

        it.Requests[2].Query.Should().NotContainKey("continue").And.NotContainKey("resourceVersion");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_410_brings_a_new_list_and_the_deletions_that_were_missed(bool asEvent)
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            switch (request.IsWatch, number)
            {
                case (false, 1):
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("gone", 4), Json.Namespace("made-anew", 5, uid: "u1")));
                    break;
                case (false, _):
                    await answer.JsonAsync(Json.List(90, Json.Namespace("a", 3), Json.Namespace("b", 80), Json.Namespace("made-anew", 81, uid: "u2")));
                    break;
                case (true, 1) when asEvent:
                    await answer.BeginAsync();
                    await answer.LineAsync(Json.Expired);
                    await answer.EndAsync();
                    break;
                case (true, 1):
                    await answer.FailAsync(410, "Expired", "too old resource version");
                    break;
                default:
                    await answer.HangAsync();
                    break;
            }
        });

        await it.UntilAsync("a=x b=x made-anew=x");

        it.Changes.Skip(3).Should().BeEquivalentTo("Deleted gone", "Added b x", "Deleted made-anew", "Added made-anew x");
        it.Requests[2].Query.Should().NotContainKey("resourceVersion", "after a 410 the list must come from the store");
        await Wait.UntilAsync(() => it.Requests.Count == 4, () => "the second watch");
        it.Requests[3].Query.Should().Contain("resourceVersion", "90");
    }

    [Fact]
    public async Task A_list_that_stops_half_way_is_given_up_and_nothing_of_it_is_kept()
    {
        var sawHalf = false;
        await using var it = new ReflectorHarness(
            async (request, answer, number) =>
            {
                if (request.IsWatch)
                    await answer.HangAsync();
                else if (number == 1)
                {
                    await answer.BeginAsync();
                    await answer.ChunkAsync(Json.List(10, Json.Namespace("half", 3))[..^1]);
                    await answer.HangAsync();
                }
                else
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
            },
            requestTimeout: 0.3);
        it.Cache.Subscribe(change => sawHalf |= change.Entity.Metadata.Name == "half");

        await it.UntilAsync("a=x");

        sawHalf.Should().BeFalse();
    }

    [Fact]
    public async Task Objects_are_slimmed_before_they_are_kept()
    {
        await using var it = new ReflectorHarness(
            async (request, answer, _) =>
            {
                if (!request.IsWatch)
                {
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
                    return;
                }

                await answer.BeginAsync();
                await answer.LineAsync(Json.Event("ADDED", Json.Namespace("b", 11)));
                await answer.HangAsync();
            },
            new ReflectorOptions<Namespace>
            {
                Transform = n => n with { Metadata = n.Metadata with { Labels = n.Metadata.Labels!.SetItem("l", "slim") } },
            });

        await it.UntilAsync("a=slim b=slim");
    }
}
