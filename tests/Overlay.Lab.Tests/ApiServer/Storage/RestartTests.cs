using Overlay.Lab.ApiServer;
using Overlay.Lab.Tests.ApiServer.Contract;

namespace Overlay.Lab.Tests.ApiServer.Storage;

/// <summary>A server that comes back with its snapshot is the same server to its clients.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Objects_versions_and_definitions_survive()
    {
        await using (var first = await StartAsync())
        {
            using var api = Client(first);
            await api.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {"metadata":{"name":"widgets.example.io"},"spec":{"group":"example.io","scope":"Cluster","names":{"kind":"Widget","plural":"widgets"},
                 "versions":[{"name":"v1","served":true,"storage":true,"selectableFields":[{"jsonPath":".spec.c"}],
                 "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"c":{"type":"string"}}}}}}}]}}
                """);
            await api.CreateAsync("/apis/example.io/v1/widgets", Widget("a"));
            await api.CreateAsync("/apis/example.io/v1/widgets", Widget("b"));
            await api.SendAsync(HttpMethod.Delete, "/apis/example.io/v1/widgets/b");
        }

        await using var second = await StartAsync();
        using var again = Client(second);
        var list = await again.GetAsync("/apis/example.io/v1/widgets?fieldSelector=spec.c%3Da");
        list["items"]!.AsArray().Should().ContainSingle();
        var version = list["metadata"]!["resourceVersion"]!.GetValue<string>();
        var created = await again.CreateAsync("/apis/example.io/v1/widgets", Widget("c"));
        long.Parse(created["metadata"]!["resourceVersion"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeGreaterThan(long.Parse(version, System.Globalization.CultureInfo.InvariantCulture), "versions never go back");
    }

    [Fact]
    public async Task A_write_cut_short_by_a_kill_is_not_there()
    {
        await using (var first = await StartAsync())
        {
            using var api = Client(first);
            await api.CreateAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"whole"}}""");
        }
        await File.AppendAllTextAsync(folder.File("snapshot"), """{"rv":9999,"resource":"/configmaps","object":{"metadata":{"na""", TestContext.Current.CancellationToken);

        await using var second = await StartAsync();
        using var again = Client(second);
        (await again.GetAsync("/api/v1/namespaces/default/configmaps"))["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.GetValue<string>()).Should().Equal("whole");
    }

    private static string Widget(string name) => $$$"""{"apiVersion":"example.io/v1","kind":"Widget","metadata":{"name":"{{{name}}}"},"spec":{"c":"{{{name}}}"}}""";

    private Task<EmbeddedApiServer> StartAsync() =>
        EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { SnapshotFile = folder.File("snapshot") }, TestContext.Current.CancellationToken);

    private Raw Client(EmbeddedApiServer server)
    {
        server.WriteKubeconfig(folder.File("kubeconfig"));
        return new Raw(folder.File("kubeconfig"));
    }
}
