using System.Collections.Immutable;
using System.Net;
using Overlay.Lab.ApiServer;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>Tokens, and bodies that nobody should send.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private EmbeddedApiServer? server;

    public async ValueTask InitializeAsync() => server = await EmbeddedApiServer.StartAsync(
        new EmbeddedApiServerOptions { Tls = true, Tokens = ImmutableDictionary<string, string>.Empty.Add("good", "system:admin") }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("good", HttpStatusCode.OK)]
    [InlineData("bad", HttpStatusCode.Unauthorized)]
    public async Task Only_known_tokens_are_let_in(string token, HttpStatusCode expected)
    {
        using var api = Client(token);
        (await api.SendAsync(HttpMethod.Get, "/api/v1/namespaces")).Code.Should().Be(expected);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    [InlineData("""{"metadata":"x"}""", 400)]
    [InlineData("""{"metadata":{"name":"a","labels":{"k":1}}}""", 400)]
    [InlineData("""{"metadata":{"name":"A"}}""", 422)]
    [InlineData("""{"metadata":{}}""", 422)]
    [InlineData("""{"metadata":{"name":"a","labels":{"k":"not valid!"}}}""", 422)]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}""", 400)]
    [InlineData("""{"metadata":{"name":"a","namespace":"other"}}""", 400)]
    [InlineData("""{"metadata":{"name":"a","resourceVersion":"5"}}""", 400)]
    public async Task Bad_bodies_are_refused_with_a_status(string body, int code)
    {
        using var api = Client("good");
        var (answered, status) = await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", body);
        ((int)answered).Should().Be(code, status.ToJsonString());
        status["kind"]!.GetValue<string>().Should().Be("Status");
    }

    [Fact]
    public async Task A_body_nested_without_end_is_refused()
    {
        using var api = Client("good");
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000);
        (await api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", deep)).Code.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_node_keeps_the_status_it_registers_with()
    {
        using var api = Client("good");
        var node = await api.CreateAsync("/api/v1/nodes", """{"metadata":{"name":"n"},"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}}""");
        node["status"]!["addresses"]![0]!["address"]!.GetValue<string>().Should().Be("192.0.2.1");
    }

    [Fact]
    public async Task A_scheduled_pod_waits_for_its_kubelet_to_delete_it()
    {
        using var api = Client("good");
        await api.CreateAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}""");
        await api.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/p");
        (await api.GetAsync("/api/v1/namespaces/default/pods/p"))["metadata"]!["deletionGracePeriodSeconds"]!.GetValue<int>().Should().Be(30);
        await api.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0");
        (await api.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/pods/p")).Code.Should().Be(HttpStatusCode.NotFound);
    }

    private Raw Client(string token)
    {
        server!.WriteKubeconfig(folder.File("kubeconfig"), token);
        return new Raw(folder.File("kubeconfig"));
    }
}
