using System.Diagnostics;
using Overlay.Kube.Core;
using Overlay.Kube.Tests.Server;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

/// <summary>Fault 21: whatever the connection does, the final state is the same.</summary>
public sealed class ReflectorTests
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

    [Theory]
    [InlineData("end")]
    [InlineData("cut")]
    [InlineData("mid-line")]
    public async Task A_watch_that_ends_is_taken_up_where_it_stood(string how)
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
                return;
            }

            await answer.BeginAsync();
            if (number == 1)
            {
                await answer.LineAsync(Json.Event("ADDED", Json.Namespace("b", 11)));
                await answer.LineAsync(Json.Bookmark(15));
                if (how == "mid-line")
                    await answer.ChunkAsync("""{"type":"ADDED","object":{"metadata":{"na""");
                if (how == "end")
                    await answer.EndAsync();
                else
                    answer.Cut();
            }
            else
            {
                await answer.LineAsync(Json.Event("ADDED", Json.Namespace("c", 16)));
                await answer.HangAsync();
            }
        });

        await it.UntilAsync("a=x b=x c=x");

        it.Reflector.Lists.Should().Be(1);
        it.Requests[2].Query.Should().Contain("resourceVersion", "15", "the bookmark moved the position");
    }

    [Fact]
    public async Task A_half_open_watch_is_noticed_within_the_idle_time()
    {
        await using var it = new ReflectorHarness(
            async (request, answer, number) =>
            {
                if (!request.IsWatch)
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
                else if (number == 1)
                {
                    await answer.BeginAsync();
                    await answer.HangAsync();
                }
                else
                {
                    await answer.BeginAsync();
                    await answer.LineAsync(Json.Event("MODIFIED", Json.Namespace("a", 11, "late")));
                    await answer.HangAsync();
                }
            },
            new ReflectorOptions<Namespace> { IdleTimeout = TimeSpan.FromMilliseconds(300) });
        var clock = Stopwatch.StartNew();

        await it.UntilAsync("a=late");

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(250)).And.BeLessThan(TimeSpan.FromSeconds(3));
        it.Reflector.Lists.Should().Be(1, "silence is no reason to list again");
        it.Reflector.Failures.Should().Be(0, "a quiet kind looks the same and must not fill the log");
    }

    [Fact]
    public void By_default_a_half_open_watch_is_noticed_within_sixty_seconds()
    {
        var options = new ReflectorOptions<Namespace>();

        (options.IdleTimeout + options.Backoff.First).Should().BeLessThan(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_accepts_and_never_answers_is_given_up(bool watch)
    {
        await using var it = new ReflectorHarness(
            async (request, answer, number) =>
            {
                if (number == 1 && request.IsWatch == watch)
                    await answer.HangAsync();
                else if (!request.IsWatch)
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
                else
                {
                    await answer.BeginAsync();
                    await answer.LineAsync(Json.Event("ADDED", Json.Namespace("b", 11)));
                    await answer.HangAsync();
                }
            },
            requestTimeout: 0.3);

        await it.UntilAsync("a=x b=x");
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
    public async Task Bookmarks_count_as_life()
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
                for (var version = 11; ; version++)
                {
                    await answer.LineAsync(Json.Bookmark(version));
                    await Task.Delay(100, answer.Stop);
                }
            },
            new ReflectorOptions<Namespace> { IdleTimeout = TimeSpan.FromMilliseconds(600) });

        await Task.Delay(1800, TestContext.Current.CancellationToken);

        it.Reflector.Watches.Should().Be(1);
        it.Cache.Staleness.Should().BeLessThan(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_After_is_honoured(bool watch)
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (number == 1 && request.IsWatch == watch)
                await answer.FailAsync(429, "TooManyRequests", "come back later", "Retry-After: 1\r\n");
            else if (!request.IsWatch)
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
            else
            {
                await answer.BeginAsync();
                await answer.LineAsync(Json.Event("ADDED", Json.Namespace("b", 11)));
                await answer.HangAsync();
            }
        });
        var clock = Stopwatch.StartNew();

        await it.UntilAsync("a=x b=x");

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task Duplicate_and_reordered_events_lead_to_the_same_state()
    {
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("b", 4)));
                return;
            }

            await answer.BeginAsync();
            string[] events =
            [
                Json.Event("MODIFIED", Json.Namespace("a", 13, "new")),
                Json.Event("MODIFIED", Json.Namespace("a", 12, "old")), // late
                Json.Event("MODIFIED", Json.Namespace("a", 13, "new")), // twice
                Json.Event("DELETED", Json.Namespace("b", 15)),
                Json.Event("MODIFIED", Json.Namespace("b", 14, "ghost")), // late: must not come back
                Json.Event("DELETED", Json.Namespace("b", 15)), // twice
                Json.Event("ADDED", Json.Namespace("c", 17)),
                Json.Event("DELETED", Json.Namespace("c", 16)), // an earlier one of that name
                Json.Event("ADDED", Json.Namespace("a", 3)), // from before the list
                Json.Event("ADDED", Json.Namespace("end", 20)),
            ];
            foreach (var line in events)
                await answer.LineAsync(line);
            await answer.HangAsync();
        });

        await it.UntilAsync("a=new c=x end=x");

        it.Changes.Skip(2).Should().Equal("Updated a new", "Deleted b", "Added c x", "Added end x");
    }

    [Fact]
    public async Task An_outage_leaves_the_cache_as_it_was_and_makes_no_busy_loop()
    {
        var down = false;
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (down)
                answer.Cut();
            else if (!request.IsWatch)
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
            else
            {
                await answer.BeginAsync();
                await answer.HangAsync();
            }
        });
        await it.UntilAsync("a=x");

        down = true;
        it.Server.CutAll();
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        it.State.Should().Be("a=x");
        it.Reflector.Watches.Should().BeGreaterThan(5).And.BeLessThan(60, "waits between tries are 25 to 50 ms here");
        it.Cache.Staleness.Should().BeGreaterThan(TimeSpan.FromSeconds(0.8));
        down = false;
    }

    [Fact]
    public async Task An_event_larger_than_any_buffer_arrives_in_pieces()
    {
        var label = new string('z', 300_000);
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3, label)));
                return;
            }

            await answer.BeginAsync();
            var text = Json.Event("ADDED", Json.Namespace("b", 11, label)) + "\n" + Json.Event("ADDED", Json.Namespace("c", 12)) + "\n";
            foreach (var piece in text.Chunk(999))
                await answer.ChunkAsync(new string(piece));
            await answer.HangAsync();
        });

        await Wait.UntilAsync(() => it.Find("c") is not null, () => "the last event");
        it.Find("a")!.Metadata.Labels!["l"].Should().HaveLength(label.Length);
        it.Find("b")!.Metadata.Labels!["l"].Should().HaveLength(label.Length);
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
