using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.ApiServer;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Chart.Tests.Helm;

/// <summary>The lab's API server, which knows the schemas of all kinds that the chart makes.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private EmbeddedApiServer? server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The server.</summary>
    internal EmbeddedApiServer Server => server!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { CrdFolder = LabPaths.Crds() }, Cancel);
        http.BaseAddress = server.Address;
        await CreateAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = HelmTool.Namespace } });
        await CreateAsync((JsonObject)YamlTrees.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "testassets", "servicemonitors.yaml"), Cancel))!);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    /// <summary>Creates an object; nothing may be in it that its kind does not know.</summary>
    /// <param name="item">The object.</param>
    /// <param name="query">As <c>dryRun=All</c>.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public async Task<string?> TryCreateAsync(JsonObject item, string query = "")
    {
        ArgumentNullException.ThrowIfNull(item);
        var (apiVersion, kind) = ((string)item["apiVersion"]!, (string)item["kind"]!);
        if (Server.Cluster.Catalog.ByKind(apiVersion, kind) is not { } type)
            return $"there is no {kind} in {apiVersion}";
        var scope = type.Namespaced ? $"/namespaces/{(string?)item["metadata"]!["namespace"] ?? "default"}" : "";
        using var content = new StringContent(item.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"{type.BasePath}{scope}/{type.Plural}?fieldValidation=Strict&{query}", UriKind.Relative), content, Cancel);
        return answer.StatusCode == HttpStatusCode.Created ? null : await answer.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>Creates an object that is right.</summary>
    /// <param name="item">The object.</param>
    public async Task CreateAsync(JsonObject item) => (await TryCreateAsync(item)).Should().BeNull();
}
