using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>Plain HTTP to the server of a kubeconfig: what it really says, no client in between.</summary>
internal sealed class Raw : IDisposable
{
    private readonly HttpClient http;

    public Raw(string kubeconfig)
    {
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        http = new HttpClient(handler) { BaseAddress = new Uri(config.Host) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", config.AccessToken);
    }

    public async Task<(HttpStatusCode Code, JsonObject Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    public async Task<JsonObject> GetAsync(string path) => (await SendAsync(HttpMethod.Get, path)).Body;

    public async Task<JsonObject> CreateAsync(string path, string body)
    {
        var (code, created) = await SendAsync(HttpMethod.Post, path, body);
        code.Should().Be(HttpStatusCode.Created, created.ToJsonString());
        return created;
    }

    /// <summary>The events of a watch, until the server ends it.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string path)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancel);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        while (await reader.ReadLineAsync(cancel) is { } line)
            yield return JsonNode.Parse(line)!.AsObject();
    }

    public void Dispose() => http.Dispose();
}
