using System.Diagnostics;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Tests.Server;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

/// <summary>Fault 21: connections that end, hang or are refused. Whatever happens, the final state is the same.</summary>
public sealed class ReflectorConnectionTests
{
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

    [Fact]
    public async Task While_nobody_listens_it_is_tried_again_every_few_seconds()
    {
        var options = new ReflectorOptions<Namespace>();
        var server = new ScriptedServer((_, _) => Task.CompletedTask);
        var settings = new ConnectionSettings { Server = server.Address };
        await server.DisposeAsync();
        using var connection = new ClusterConnection(settings);
        var client = new EntityClient<Namespace>(connection, CoreJson.Default.Namespace);

        var refused = (await FluentActions.Awaiting(() => client.GetAsync(new ObjectKey(null, "a"), TestContext.Current.CancellationToken)).Should().ThrowAsync<KubernetesException>()).Which;
        var overwhelmed = new KubernetesException("list namespaces", new Status { Code = 503 });

        refused.IsRefused.Should().BeTrue();
        options.Wait(20, refused, null, chance: 1).Should().Be(TimeSpan.FromSeconds(5), "it costs the server nothing");
        options.Wait(20, overwhelmed, null, chance: 1).Should().Be(TimeSpan.FromSeconds(30), "a server that answers so has enough to do");
        options.Wait(1, overwhelmed, asked: TimeSpan.FromSeconds(7)).Should().Be(TimeSpan.FromSeconds(7), "it knows best");
    }

    [Fact]
    public async Task What_fails_of_the_same_for_hours_is_told_once()
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (request.IsWatch)
            {
                await answer.BeginAsync();
                await answer.HangAsync();
            }
            else if (number < 6)
                await answer.FailAsync(503, "ServiceUnavailable", "no leader");
            else
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
        });

        await it.UntilAsync("a=x");

        it.Reflector.Failures.Should().Be(5);
        it.Log.ToString().Split("Warning: The list of namespaces failed").Should().HaveCount(2, it.Log.ToString());
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
}
