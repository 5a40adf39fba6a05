using System.Collections.Immutable;
using Overlay.Kube.Core;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Watching;

/// <summary>One object with a field of the wrong JSON type costs itself, never the others.</summary>
public sealed class UnreadableTests
{
    [Fact]
    public async Task In_a_list_it_is_left_out_and_told()
    {
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (request.IsWatch)
                await answer.HangAsync();
            else
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Misfit("bad", 4), Json.Namespace("c", 5)));
        });

        await it.UntilAsync("a=x c=x");

        it.Cache.HasSynced.Should().BeTrue();
        it.Log.ToString().Should().Contain("bad").And.Contain("metadata.labels");
    }

    [Fact]
    public async Task In_a_list_that_comes_again_its_last_good_state_stays()
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (request.IsWatch && number == 1)
                await answer.FailAsync(410, "Expired", "too old resource version");
            else if (request.IsWatch)
                await answer.HangAsync();
            else if (number == 1)
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("b", 4)));
            else
                await answer.JsonAsync(Json.List(20, Misfit("a", 12), Json.Namespace("b", 13, "y")));
        });

        await it.UntilAsync("a=x b=y");
    }

    [Fact]
    public async Task In_a_watch_it_is_passed_over_and_what_comes_after_is_heard()
    {
        await using var it = new ReflectorHarness(async (request, answer, number) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("b", 4)));
                return;
            }

            if (number == 1)
            {
                await answer.BeginAsync();
                await answer.LineAsync(Json.Event("MODIFIED", Misfit("a", 11)));
                await answer.LineAsync(Json.Event("ADDED", Json.Namespace("c", 12)));
                await answer.LineAsync(Json.Event("ADDED", Misfit("d", 13)));
                await answer.LineAsync(Json.Event("DELETED", Misfit("b", 14)));
                await answer.EndAsync();
                return;
            }

            await answer.HangAsync();
        });

        await it.UntilAsync("a=x c=x");
        await Wait.UntilAsync(() => it.Requests.Count == 3, () => "the second watch");
        it.Requests[2].Query.Should().Contain("resourceVersion", "14", "an event that can not be read is not told again and again");
    }

    [Fact]
    public async Task What_stands_for_it_is_taken_in_its_place()
    {
        await using var it = new ReflectorHarness(
            async (request, answer, _) =>
            {
                if (!request.IsWatch)
                {
                    await answer.JsonAsync(Json.List(10, Misfit("a", 3)));
                    return;
                }

                await answer.BeginAsync();
                await answer.LineAsync(Json.Event("ADDED", Misfit("b", 11)));
                await answer.LineAsync(Json.Event("DELETED", Misfit("a", 12)));
                await answer.HangAsync();
            },
            salvage: (metadata, body, _) => new Namespace
            {
                Metadata = metadata with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("l", body.GetProperty("kind").GetString()!) },
            });

        await it.UntilAsync("b=Namespace");
        it.Changes.Should().Equal("Added a Namespace", "Added b Namespace", "Deleted a");
    }

    private static string Misfit(string name, int version) =>
        $$$"""{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"{{{name}}}","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}","labels":7}}""";
}
