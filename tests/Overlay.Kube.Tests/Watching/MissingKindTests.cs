using Overlay.Kube.Core;
using Overlay.Kube.Tests.Server;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

/// <summary>A kind whose definition may not be installed: 404 says that there are no objects, and that one asks again, slowly.</summary>
public sealed class MissingKindTests
{
    private static readonly ReflectorOptions<Namespace> Optional = new() { MayBeMissing = true, AskAgain = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task It_counts_as_listed_and_empty_at_once()
    {
        await using var it = new ReflectorHarness((_, answer, _) => NotServed(answer), Optional with { AskAgain = TimeSpan.FromHours(1) });

        await Wait.UntilAsync(() => it.Cache.HasSynced, () => "the sync");
        await Task.Delay(200, TestContext.Current.CancellationToken);

        it.Requests.Should().ContainSingle("it is asked for again slowly");
        it.Reflector.Failures.Should().Be(0);
        it.Log.ToString().Should().Contain("does not serve namespaces").And.NotContain("failed");
    }

    [Fact]
    public async Task Installed_later_it_is_found()
    {
        await using var it = new ReflectorHarness(
            async (request, answer, number) =>
            {
                if (request.IsWatch)
                    await answer.HangAsync();
                else if (number <= 2)
                    await NotServed(answer);
                else
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
            },
            Optional);

        await it.UntilAsync("a=x");
    }

    [Fact]
    public async Task Objects_that_were_there_stay_until_the_server_has_said_it_twice()
    {
        await using var it = new ReflectorHarness(
            async (request, answer, number) =>
            {
                if (!request.IsWatch && number == 1)
                    await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3)));
                else if (!request.IsWatch && number == 2)
                    await answer.JsonAsync(Json.List(20, Json.Namespace("a", 3), Json.Namespace("b", 12)));
                else
                    await NotServed(answer);
            },
            Optional);

        // The watch is refused, the list tells that the kind is there after all; both are refused from then on.
        await it.UntilAsync("a=x b=x");
        await it.UntilAsync("");
        it.Changes.Should().Equal("Added a x", "Added b x", "Deleted a", "Deleted b");
    }

    [Fact]
    public async Task Of_a_kind_that_must_be_there_it_is_a_failure()
    {
        await using var it = new ReflectorHarness((_, answer, _) => NotServed(answer));

        await Wait.UntilAsync(() => it.Reflector.Failures > 1, () => "failures");
        it.Cache.HasSynced.Should().BeFalse();
    }

    private static Task NotServed(Answer answer) => answer.FailAsync(404, "NotFound", "the server could not find the requested resource");
}
