using System.Net;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>What writers lean on: names as locks, versions as conditions, generations, finalizers, validation in the server's words.</summary>
public sealed class WriteContract(ApiServerFixture server) : IClassFixture<ApiServerFixture>, IAsyncLifetime
{
    private const string Definition = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.io"},
         "spec":{"group":"example.io","scope":"Namespaced","names":{"kind":"Widget","plural":"widgets"},
         "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"selectableFields":[{"jsonPath":".spec.color"}],
         "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
           "spec":{"type":"object","required":["color"],
             "x-kubernetes-validations":[{"rule":"self.color == oldSelf.color","message":"color is for ever","fieldPath":".color"}],
             "properties":{
               "color":{"type":"string","enum":["red","green"]},
               "size":{"type":"integer","minimum":1,"maximum":10,"default":3},
               "cidrs":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string","format":"cidr"}},
               "name":{"type":"string","pattern":"^[a-z]+$","maxLength":5}}},
           "status":{"type":"object","properties":{"phase":{"type":"string"}}}}}}}]}}
        """;

    private readonly Raw api = new(server.Kubeconfig);
    private readonly string ns = "write-" + Guid.NewGuid().ToString("N")[..8];

    private string Widgets => $"/apis/example.io/v1/namespaces/{ns}/widgets";

    public async ValueTask InitializeAsync()
    {
        await api.SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition);
        await api.CreateAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        for (var attempt = 0; attempt < 50 && (await api.SendAsync(HttpMethod.Get, Widgets)).Code != HttpStatusCode.OK; attempt++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Lists_of_custom_resources_end_with_an_empty_token_and_those_of_built_in_kinds_with_none()
    {
        await WidgetAsync("w", """{"color":"red"}""");

        (await api.GetAsync(Widgets))["metadata"]!["continue"]!.GetValue<string>().Should().BeEmpty();
        (await api.GetAsync($"{Widgets}?limit=500"))["metadata"]!["continue"]!.GetValue<string>().Should().BeEmpty();
        (await api.GetAsync($"/api/v1/namespaces/{ns}/configmaps?limit=500"))["metadata"]!.AsObject().ContainsKey("continue").Should().BeFalse();
    }

    [Fact]
    public async Task A_name_is_a_lock()
    {
        await WidgetAsync("w", """{"color":"red"}""");
        var (code, body) = await api.SendAsync(HttpMethod.Post, Widgets, Widget("w", """{"color":"red"}"""));
        code.Should().Be(HttpStatusCode.Conflict);
        body["reason"]!.GetValue<string>().Should().Be("AlreadyExists");
        body["message"]!.GetValue<string>().Should().Be("widgets.example.io \"w\" already exists");
    }

    [Fact]
    public async Task An_update_with_an_old_version_is_a_conflict_and_changes_nothing()
    {
        var created = await WidgetAsync("w", """{"color":"red"}""");
        await PatchAsync("w", """{"spec":{"size":4}}""");
        created["spec"]!["size"] = 9;
        var (code, body) = await api.SendAsync(HttpMethod.Put, $"{Widgets}/w", created.ToJsonString());
        code.Should().Be(HttpStatusCode.Conflict);
        body["message"]!.GetValue<string>().Should().Contain("the object has been modified");
        (await api.GetAsync($"{Widgets}/w"))["spec"]!["size"]!.GetValue<int>().Should().Be(4);
    }

    [Fact]
    public async Task Generation_counts_the_spec_and_status_is_written_apart()
    {
        await WidgetAsync("w", """{"color":"red"}""", status: """{"phase":"ignored"}""");
        var widget = await api.GetAsync($"{Widgets}/w");
        widget.ContainsKey("status").Should().BeFalse("a create does not write status");

        var (_, withStatus) = await api.SendAsync(HttpMethod.Patch, $"{Widgets}/w/status", """{"spec":{"size":9},"status":{"phase":"Ready"}}""", "application/merge-patch+json");
        withStatus["status"]!["phase"]!.GetValue<string>().Should().Be("Ready");
        withStatus["spec"]!["size"]!.GetValue<int>().Should().Be(3);
        withStatus["metadata"]!["generation"]!.GetValue<int>().Should().Be(1);

        var changed = await PatchAsync("w", """{"spec":{"size":5},"status":{"phase":"mine"}}""");
        changed["metadata"]!["generation"]!.GetValue<int>().Should().Be(2);
        changed["status"]!["phase"]!.GetValue<string>().Should().Be("Ready");
    }

    [Fact]
    public async Task A_write_that_changes_nothing_keeps_the_version()
    {
        await WidgetAsync("w", """{"color":"red"}""");
        var first = await PatchAsync("w", """{"spec":{"size":7}}""");
        var second = await PatchAsync("w", """{"spec":{"size":7}}""");
        second["metadata"]!["resourceVersion"]!.GetValue<string>().Should().Be(first["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"color":"pink"}""", "spec.color: Unsupported value: \"pink\": supported values:")]
    [InlineData("""{"color":"red","size":11}""", "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"color":"red","size":"x"}""", "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{"color":"red","cidrs":["nonsense"]}""", "spec.cidrs[0]: Invalid value: \"nonsense\": spec.cidrs[0] in body must be of type cidr: \"nonsense\"")]
    [InlineData("""{"color":"red","cidrs":["10.0.0.0/8","10.0.0.0/8"]}""", "spec.cidrs[1]: Duplicate value: \"10.0.0.0/8\"")]
    [InlineData("""{"color":"red","name":"A"}""", "spec.name: Invalid value: \"A\": spec.name in body should match '^[a-z]+$'")]
    [InlineData("""{"size":1}""", "spec.color: Required value")]
    public async Task A_schema_refuses_in_the_servers_words(string spec, string words)
    {
        var (code, body) = await api.SendAsync(HttpMethod.Post, Widgets, Widget("bad", spec));
        code.Should().Be(HttpStatusCode.UnprocessableEntity);
        body["reason"]!.GetValue<string>().Should().Be("Invalid");
        body["message"]!.GetValue<string>().Should().StartWith("Widget.example.io \"bad\" is invalid: ").And.Contain(words);
    }

    [Fact]
    public async Task A_transition_rule_sees_the_old_value()
    {
        await WidgetAsync("w", """{"color":"red"}""");
        var (code, body) = await api.SendAsync(HttpMethod.Patch, $"{Widgets}/w", """{"spec":{"color":"green"}}""", "application/merge-patch+json");
        code.Should().Be(HttpStatusCode.UnprocessableEntity);
        body["message"]!.GetValue<string>().Should().Contain("color is for ever");
    }

    [Fact]
    public async Task A_rule_that_cannot_be_parsed_refuses_the_definition()
    {
        var broken = Definition.Replace("widgets", "gadgets", StringComparison.Ordinal).Replace("Widget", "Gadget", StringComparison.Ordinal)
            .Replace("self.color == oldSelf.color", "self.color ===", StringComparison.Ordinal);
        var (code, body) = await api.SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", broken);
        code.Should().Be(HttpStatusCode.UnprocessableEntity);
        body["message"]!.GetValue<string>().Should().Contain("compilation failed");
    }

    [Fact]
    public async Task Unknown_fields_are_refused_warned_of_or_dropped_as_asked()
    {
        var body = Widget("w", """{"color":"red","colour":"x"}""");
        var (strict, problem) = await api.SendAsync(HttpMethod.Post, $"{Widgets}?fieldValidation=Strict", body);
        strict.Should().Be(HttpStatusCode.BadRequest);
        problem["message"]!.GetValue<string>().Should().Contain("strict decoding error: unknown field \"spec.colour\"");

        var created = await api.CreateAsync($"{Widgets}?fieldValidation=Ignore", body);
        created["spec"]!.AsObject().ContainsKey("colour").Should().BeFalse("structural schemas prune");
    }

    [Fact]
    public async Task Dry_run_judges_and_stores_nothing()
    {
        (await api.CreateAsync($"{Widgets}?dryRun=All", Widget("ghost", """{"color":"red"}""")))["spec"]!["size"]!.GetValue<int>().Should().Be(3);
        (await api.SendAsync(HttpMethod.Get, $"{Widgets}/ghost")).Code.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_finalizer_holds_a_deleted_object_until_it_is_taken_off()
    {
        await WidgetAsync("w", """{"color":"red"}""", finalizers: """["example.io/hold"]""");
        await api.SendAsync(HttpMethod.Delete, $"{Widgets}/w");
        var held = await api.GetAsync($"{Widgets}/w");
        held["metadata"]!["deletionTimestamp"].Should().NotBeNull();

        await PatchAsync("w", """{"metadata":{"finalizers":null}}""");
        (await api.SendAsync(HttpMethod.Get, $"{Widgets}/w")).Code.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_delete_with_another_objects_uid_is_a_conflict()
    {
        await WidgetAsync("w", """{"color":"red"}""");
        var (code, _) = await api.SendAsync(HttpMethod.Delete, $"{Widgets}/w", """{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"11111111-1111-1111-1111-111111111111"}}""");
        code.Should().Be(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Selectable_fields_select_and_others_are_refused()
    {
        await WidgetAsync("r", """{"color":"red"}""");
        await WidgetAsync("g", """{"color":"green"}""");
        var list = await api.GetAsync($"{Widgets}?fieldSelector=spec.color%3Dgreen");
        list["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.GetValue<string>()).Should().Equal("g");
        (await api.SendAsync(HttpMethod.Get, $"{Widgets}?fieldSelector=spec.size%3D3")).Code.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Strategic_merge_is_not_for_custom_resources()
    {
        await WidgetAsync("w", """{"color":"red"}""");
        (await api.SendAsync(HttpMethod.Patch, $"{Widgets}/w", "{}", "application/strategic-merge-patch+json")).Code.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_is_not_there()
    {
        var (code, body) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"a"}}""");
        code.Should().Be(HttpStatusCode.NotFound);
        body["message"]!.GetValue<string>().Should().Be("namespaces \"nowhere\" not found");
    }

    [Fact]
    public async Task Dependents_follow_their_owner()
    {
        Assert.SkipWhen(server.IsReal, "kube-apiserver alone collects no garbage");
        var owner = await WidgetAsync("owner", """{"color":"red"}""");
        await api.CreateAsync($"/api/v1/namespaces/{ns}/configmaps", $$$"""
            {"metadata":{"name":"owned","ownerReferences":[{"apiVersion":"example.io/v1","kind":"Widget","name":"owner","uid":"{{{owner["metadata"]!["uid"]}}}"}]}}
            """);
        await api.SendAsync(HttpMethod.Delete, $"{Widgets}/owner");
        await EventuallyGoneAsync($"/api/v1/namespaces/{ns}/configmaps/owned");
    }

    [Fact]
    public async Task A_deleted_namespace_takes_its_contents_along_and_lets_nothing_new_in()
    {
        Assert.SkipWhen(server.IsReal, "kube-apiserver alone empties no namespace");
        var name = ns + "-x";
        await api.CreateAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        await api.CreateAsync($"/api/v1/namespaces/{name}/configmaps", """{"metadata":{"name":"held","finalizers":["example.io/hold"]}}""");
        await api.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{name}");

        (await api.GetAsync($"/api/v1/namespaces/{name}"))["status"]!["phase"]!.GetValue<string>().Should().Be("Terminating");
        (await api.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/{name}/configmaps", """{"metadata":{"name":"late"}}""")).Code.Should().Be(HttpStatusCode.Forbidden);

        await api.SendAsync(HttpMethod.Patch, $"/api/v1/namespaces/{name}/configmaps/held", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await EventuallyGoneAsync($"/api/v1/namespaces/{name}");
    }

    private static string Widget(string name, string spec, string? status = null, string? finalizers = null) => $$$"""
        {"apiVersion":"example.io/v1","kind":"Widget","metadata":{"name":"{{{name}}}"{{{(finalizers is null ? "" : $",\"finalizers\":{finalizers}")}}}},"spec":{{{spec}}}{{{(status is null ? "" : $",\"status\":{status}")}}}}
        """;

    private Task<JsonObject> WidgetAsync(string name, string spec, string? status = null, string? finalizers = null) =>
        api.CreateAsync(Widgets, Widget(name, spec, status, finalizers));

    private async Task<JsonObject> PatchAsync(string name, string patch)
    {
        var (code, body) = await api.SendAsync(HttpMethod.Patch, $"{Widgets}/{name}", patch, "application/merge-patch+json");
        code.Should().Be(HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    private async Task EventuallyGoneAsync(string path)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await api.SendAsync(HttpMethod.Get, path)).Code == HttpStatusCode.NotFound)
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{path} is still there after 5 s");
    }
}
