using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Overlay.Lab.Api;

/// <summary>
/// The lab's own view of the API server: paths and JSON trees, nothing of the product's client, so that a fault of that one does not
/// hide from the lab.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;
    private readonly X509Certificate2? authority;

    private ApiClient(HttpClient http, X509Certificate2? authority)
    {
        this.http = http;
        this.authority = authority;
    }

    /// <summary>Connects as a kubeconfig says.</summary>
    /// <param name="path">The kubeconfig (one cluster, one user with a token).</param>
    public static ApiClient FromKubeconfig(string path)
    {
        var yaml = new YamlStream();
        using (var text = new StringReader(File.ReadAllText(path)))
            yaml.Load(text);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var cluster = First(root, "clusters", "cluster");
        var user = First(root, "users", "user");
        var trusted = Text(cluster, "certificate-authority-data") is { } data
            ? X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(data)))
            : null;
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) };
        if (trusted is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { trusted },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
        }

        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(Text(cluster, "server")! + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (Text(user, "token") is { } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(client, trusted);
    }

    /// <summary>Reads an object or a list; null if there is none.</summary>
    /// <param name="path">As <c>api/v1/nodes/node1</c>.</param>
    /// <param name="cancel">Ends it.</param>
    public Task<JsonObject?> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, null, cancel);

    /// <summary>The items of a list.</summary>
    /// <param name="path">The collection.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancel) =>
        [.. (await GetAsync(path, cancel))?["items"]?.AsArray().Select(i => i!.AsObject()) ?? []];

    /// <summary>Creates an object.</summary>
    /// <param name="collection">The collection's path.</param>
    /// <param name="body">The object.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ApiRefusedException">The server refused, with its words.</exception>
    public async Task<JsonObject> CreateAsync(string collection, JsonObject body, CancellationToken cancel) =>
        await SendAsync(HttpMethod.Post, collection, body, "application/json", cancel) ?? throw new ApiRefusedException(HttpStatusCode.NotFound, "POST " + collection, "NotFound", "no such collection");

    /// <summary>Replaces an object; null if there is none.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="body">The object, with the resourceVersion that it replaces.</param>
    /// <param name="cancel">Ends it.</param>
    public Task<JsonObject?> ReplaceAsync(string path, JsonObject body, CancellationToken cancel) =>
        SendAsync(HttpMethod.Put, path, body, "application/json", cancel);

    /// <summary>Merge-patches an object; null if there is none.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="patch">The merge patch (RFC 7396).</param>
    /// <param name="cancel">Ends it.</param>
    public Task<JsonObject?> PatchAsync(string path, JsonObject patch, CancellationToken cancel) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json", cancel);

    /// <summary>Deletes an object; null if there is none.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="options">DeleteOptions.</param>
    /// <param name="cancel">Ends it.</param>
    public Task<JsonObject?> DeleteAsync(string path, JsonObject? options, CancellationToken cancel) =>
        SendAsync(HttpMethod.Delete, path, options, "application/json", cancel);

    /// <summary>Follows a collection's changes until the server closes the connection.</summary>
    /// <param name="collection">The collection's path, with any selectors.</param>
    /// <param name="resourceVersion">From where on.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<(string Type, JsonObject Object)> WatchAsync(
        string collection,
        string resourceVersion,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var path = $"{collection}{(collection.Contains('?', StringComparison.Ordinal) ? '&' : '?')}watch=true&allowWatchBookmarks=true&resourceVersion={resourceVersion}";
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!answer.IsSuccessStatusCode)
            throw await ApiRefusedException.FromAsync(answer, "watch " + collection, cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (JsonNode.Parse(line) is JsonObject change)
                yield return ((string)change["type"]!, change["object"]!.AsObject());
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        http.Dispose();
        authority?.Dispose();
    }

    private async Task<JsonObject?> SendAsync(HttpMethod method, string path, JsonObject? body, string? mediaType, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, mediaType!);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        using var answer = await http.SendAsync(request, patience.Token);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!answer.IsSuccessStatusCode)
            throw await ApiRefusedException.FromAsync(answer, $"{method} {path}", cancel);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(patience.Token)) as JsonObject;
    }

    private static YamlMappingNode First(YamlMappingNode root, string list, string member) =>
        (YamlMappingNode)((YamlSequenceNode)root[list])[0][member];

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? ((YamlScalarNode)value).Value : null;
}
