using System.Net;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>What reflectors lean on: versions, watches that resume, bookmarks, and 410 when history is gone.</summary>
public sealed class WatchContract(ApiServerFixture server) : IClassFixture<ApiServerFixture>, IDisposable
{
    private readonly Raw api = new(server.Kubeconfig);
    private readonly string ns = "watch-" + Guid.NewGuid().ToString("N")[..8];

    private string ConfigMaps => $"/api/v1/namespaces/{ns}/configmaps";

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task Watch_from_a_lists_version_delivers_what_happened_after_it()
    {
        await NamespaceAsync();
        await MapAsync("before");
        var version = Version(await api.GetAsync(ConfigMaps));
        await MapAsync("after");
        await api.SendAsync(HttpMethod.Delete, $"{ConfigMaps}/before");

        var events = await TakeAsync($"{ConfigMaps}?watch=1&resourceVersion={version}&timeoutSeconds=3", 2);

        events.Select(Summary).Should().Equal("ADDED after", "DELETED before");
        Version(events[1]["object"]!).Should().BeGreaterThan(Version(events[0]["object"]!), "a deletion has a version of its own");
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Watch_without_a_version_begins_with_what_there_is(string version)
    {
        await NamespaceAsync();
        await MapAsync("one");
        var events = await TakeAsync($"{ConfigMaps}?watch=1&timeoutSeconds=2{version}", 1);
        events.Select(Summary).Should().Equal("ADDED one");
    }

    [Fact]
    public async Task Entering_and_leaving_a_selection_is_ADDED_and_DELETED()
    {
        await NamespaceAsync();
        await MapAsync("m");
        var version = Version(await api.GetAsync(ConfigMaps));
        await LabelAsync("m", "\"yes\"");
        await LabelAsync("m", "null");

        var events = await TakeAsync($"{ConfigMaps}?watch=1&labelSelector=in%3Dyes&resourceVersion={version}&timeoutSeconds=3", 2);

        events.Select(Summary).Should().Equal("ADDED m", "DELETED m");
    }

    [Fact]
    public async Task Watch_list_ends_its_initial_events_with_a_marked_bookmark()
    {
        await NamespaceAsync();
        await MapAsync("one");
        var events = await TakeAsync($"{ConfigMaps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=3", 2);

        Summary(events[0]).Should().Be("ADDED one");
        events[1]["type"]!.GetValue<string>().Should().Be("BOOKMARK");
        events[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>().Should().Be("true");
    }

    [Fact]
    public async Task Watch_list_without_its_match_rule_is_refused()
    {
        var (code, body) = await api.SendAsync(HttpMethod.Get, "/api/v1/configmaps?watch=1&sendInitialEvents=true");
        code.Should().Be(HttpStatusCode.UnprocessableEntity);
        body["message"]!.GetValue<string>().Should().Contain("resourceVersionMatch");
    }

    [Fact]
    public async Task Bookmarks_carry_the_version_of_other_resources_changes_forward()
    {
        Assert.SkipWhen(server.IsReal, "a real server sends them once a minute");
        await NamespaceAsync();
        var version = Version(await api.GetAsync(ConfigMaps));
        await api.CreateAsync($"/api/v1/namespaces/{ns}/secrets", """{"metadata":{"name":"elsewhere"}}""");

        var events = await TakeAsync($"{ConfigMaps}?watch=1&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds=3", 1);

        events[0]["type"]!.GetValue<string>().Should().Be("BOOKMARK");
        Version(events[0]["object"]!).Should().BeGreaterThan(version);
    }

    [Fact]
    public async Task Compacted_versions_are_410_for_watches_pages_and_exact_lists()
    {
        Assert.SkipWhen(server.IsReal, "only ours can be told to forget");
        await NamespaceAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await MapAsync(name);
        var page = await api.GetAsync($"{ConfigMaps}?limit=1");
        await MapAsync("d");
        server.Embedded.Compact();

        var events = await TakeAsync($"{ConfigMaps}?watch=1&resourceVersion={Version(page)}&timeoutSeconds=3", 1);
        events[0]["type"]!.GetValue<string>().Should().Be("ERROR");
        events[0]["object"]!["code"]!.GetValue<int>().Should().Be(410);

        var token = Uri.EscapeDataString(page["metadata"]!["continue"]!.GetValue<string>());
        var (code, body) = await api.SendAsync(HttpMethod.Get, $"{ConfigMaps}?limit=1&continue={token}");
        code.Should().Be(HttpStatusCode.Gone);
        body["reason"]!.GetValue<string>().Should().Be("Expired");
        body["metadata"]!["continue"]!.GetValue<string>().Should().NotBeEmpty("the rest can be had inconsistently");

        (await api.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersion={Version(page)}&resourceVersionMatch=Exact")).Code.Should().Be(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Pages_stay_at_the_version_of_the_first()
    {
        await NamespaceAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await MapAsync(name);
        var first = await api.GetAsync($"{ConfigMaps}?limit=2");
        first["metadata"]!["remainingItemCount"]!.GetValue<int>().Should().Be(1);
        await MapAsync("bb");
        await api.SendAsync(HttpMethod.Delete, $"{ConfigMaps}/c");

        var rest = await api.GetAsync($"{ConfigMaps}?limit=2&continue={Uri.EscapeDataString(first["metadata"]!["continue"]!.GetValue<string>())}");

        rest["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.GetValue<string>()).Should().Equal("c");
        Version(rest).Should().Be(Version(first));
    }

    [Fact]
    public async Task A_list_from_the_future_is_told_to_wait()
    {
        var version = Version(await api.GetAsync("/api/v1/configmaps"));
        var (code, body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/configmaps?resourceVersion={version + 1_000_000}&resourceVersionMatch=NotOlderThan");
        code.Should().Be(HttpStatusCode.GatewayTimeout);
        body["message"]!.GetValue<string>().Should().Contain("Too large resource version");
    }

    private static long Version(JsonNode item) => long.Parse(item["metadata"]!["resourceVersion"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);

    private static string Summary(JsonObject change) => $"{change["type"]} {change["object"]!["metadata"]!["name"]}";

    private async Task<List<JsonObject>> TakeAsync(string path, int count)
    {
        var events = new List<JsonObject>();
        await foreach (var change in api.WatchAsync(path))
        {
            events.Add(change);
            if (events.Count == count)
                break;
        }
        events.Should().HaveCount(count, "the watch of {0} must not end before", path);
        return events;
    }

    private Task NamespaceAsync() => api.CreateAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");

    private Task MapAsync(string name) => api.CreateAsync(ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}"}}""");

    private async Task LabelAsync(string name, string value) =>
        (await api.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/{name}", $$$$"""{"metadata":{"labels":{"in":{{{{value}}}}}}}""", "application/merge-patch+json")).Code.Should().Be(HttpStatusCode.OK);
}
