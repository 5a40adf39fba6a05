using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>
/// A directory of JSON files, one object each, in place of an API server: for tests and experiments with one node. It is read again
/// when something in it changes.
/// </summary>
internal sealed class ObjectFiles(string directory, ClusterCaches caches, TimeProvider time, ILogger<ObjectFiles> log) : IPodSource
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private string _seen = "";

    /// <summary>Reads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                ReadIfChanged();
            }
            catch (Exception error) when (error is IOException or JsonException)
            {
                ClusterLog.FilesUnreadable(log, directory, error.Message);
            }

            await Task.Delay(Every, time, cancellation);
        }
    }

    /// <inheritdoc />
    public Task<Pod?> GetAsync(ObjectKey key, CancellationToken cancellation) => Task.FromResult(caches.Pods.Find(key));

    private void ReadIfChanged()
    {
        var files = new DirectoryInfo(directory).GetFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();
        var state = string.Join('\n', files.Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
        if (string.Equals(state, _seen, StringComparison.Ordinal) && caches.HaveSynced)
            return;
        var byKind = files
            .Select(f => File.ReadAllBytes(f.FullName))
            .ToLookup(bytes => JsonDocument.Parse(bytes).RootElement.GetProperty("kind").GetString() ?? "", StringComparer.Ordinal);
        Fill(caches.Networks, byKind, OverlayJson.Default.OverlayNetwork);
        Fill(caches.Subnets, byKind, OverlayJson.Default.Subnet);
        Fill(caches.Tags, byKind, OverlayJson.Default.WorkloadTag);
        Fill(caches.Policies, byKind, OverlayJson.Default.OverlayPolicy);
        Fill(caches.NetworkPolicies, byKind, OverlayJson.Default.NetworkPolicy);
        Fill(caches.ClusterPolicies, byKind, OverlayJson.Default.ClusterNetworkPolicy);
        Fill(caches.Namespaces, byKind, CoreJson.Default.Namespace);
        Fill(caches.Nodes, byKind, CoreJson.Default.Node);
        Fill(caches.Pods, byKind, CoreJson.Default.Pod);
        _seen = state;
    }

    private static void Fill<T>(EntityCache<T> cache, ILookup<string, byte[]> files, JsonTypeInfo<T> json)
        where T : class, IEntity<T> => cache.Replace([.. files[T.Definition.Kind].Select(bytes => JsonSerializer.Deserialize(bytes, json)!)]);
}
