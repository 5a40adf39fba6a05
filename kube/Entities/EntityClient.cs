using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;

namespace Overlay.Kube.Entities;

/// <summary>Reads and writes the objects of one kind. Every failure is a <see cref="KubernetesException"/> that names verb and object.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed partial class EntityClient<T>
    where T : class, IEntity<T>
{
    private static readonly EntityKind Kind = T.Definition;

    private readonly ClusterConnection _connection;
    private readonly EntityClientOptions _options;
    private readonly EntityParser<T> _parser;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="connection">The shared connection.</param>
    /// <param name="json">How the kind is read and written, from a source-generated context.</param>
    /// <param name="options">How to ask.</param>
    /// <param name="salvage">Makes what stands for an object that does not fit the kind; null: nothing does.</param>
    public EntityClient(ClusterConnection connection, JsonTypeInfo<T> json, EntityClientOptions? options = null, EntitySalvage<T>? salvage = null)
    {
        _connection = connection;
        Json = json;
        _options = options ?? new EntityClientOptions();
        _parser = new EntityParser<T>(json, salvage);
    }

    /// <summary>How the kind is read and written.</summary>
    internal JsonTypeInfo<T> Json { get; }

    /// <summary>Reads one object, from the store, not from a cache.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> GetAsync(ObjectKey key, CancellationToken cancel) =>
        SendForObjectAsync("get", key, new HttpRequestMessage(HttpMethod.Get, RequestPath.Object(Kind, key).ToUri()), cancel);

    /// <summary>Reads one object, or null when it is not there.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<T?> FindAsync(ObjectKey key, CancellationToken cancel)
    {
        try
        {
            return await GetAsync(key, cancel);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Creates an object; a name that is taken answers <see cref="KubernetesException.IsAlreadyExists"/>.</summary>
    /// <param name="entity">The object, without UID and version.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> CreateAsync(T entity, CancellationToken cancel)
    {
        var path = RequestPath.Collection(Kind, new EntitySelection { Namespace = entity.Metadata.Namespace }).With("fieldManager", _options.FieldManager);
        return SendForObjectAsync("create", entity.Metadata.Key, WithBody(HttpMethod.Post, path, entity), cancel);
    }

    /// <summary>Replaces an object; when it was changed since it was read the answer is <see cref="KubernetesException.IsConflict"/>.</summary>
    /// <param name="entity">The object with the version it was read at.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> UpdateAsync(T entity, CancellationToken cancel) => ReplaceAsync("update", entity, null, cancel);

    /// <summary>Replaces an object's status, nothing else of it.</summary>
    /// <param name="entity">The object with the version it was read at.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> UpdateStatusAsync(T entity, CancellationToken cancel) => ReplaceAsync("update status of", entity, "status", cancel);

    /// <summary>Changes parts of an object.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="format">How the patch is written.</param>
    /// <param name="patch">The patch, in UTF-8; a <c>metadata.resourceVersion</c> in a merge patch makes it conditional.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> PatchAsync(ObjectKey key, PatchFormat format, ReadOnlyMemory<byte> patch, CancellationToken cancel) =>
        PatchAsync("patch", key, null, format, patch, cancel);

    /// <summary>Changes parts of an object's status.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="format">How the patch is written.</param>
    /// <param name="patch">The patch, in UTF-8, against the whole object.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> PatchStatusAsync(ObjectKey key, PatchFormat format, ReadOnlyMemory<byte> patch, CancellationToken cancel) =>
        PatchAsync("patch status of", key, "status", format, patch, cancel);

    /// <summary>Server-side apply: states the fields we care for, creating the object if need be; others' fields stay.</summary>
    /// <param name="entity">The object with our fields only, and without version.</param>
    /// <param name="force">Whether to take fields over from another owner.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> ApplyAsync(T entity, bool force, CancellationToken cancel) => ApplyAsync("apply", entity, null, force, cancel);

    /// <summary>Server-side apply of a manifest as it was written.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="manifest">The object in YAML or JSON, in UTF-8.</param>
    /// <param name="force">Whether to take fields over from another owner.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> ApplyTextAsync(ObjectKey key, ReadOnlyMemory<byte> manifest, bool force, CancellationToken cancel) => ApplyAsync("apply", key, manifest, null, force, cancel);

    /// <summary>Server-side apply of the status.</summary>
    /// <param name="entity">The object's name and our fields of the status.</param>
    /// <param name="force">Whether to take fields over from another owner.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> ApplyStatusAsync(T entity, bool force, CancellationToken cancel) => ApplyAsync("apply status of", entity, "status", force, cancel);

    /// <summary>Deletes an object, if the conditions hold. Finalizers may keep it for a while.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="options">Conditions and manner; see <see cref="DeleteOptions.Exactly"/>.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task DeleteAsync(ObjectKey key, DeleteOptions? options, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, RequestPath.Object(Kind, key).ToUri());
        if (options is not null)
        {
            var preconditions = options.Uid is null && options.ResourceVersion is null ? null : new WirePreconditions(options.Uid, options.ResourceVersion);
            var body = new WireDeleteOptions("v1", "DeleteOptions", preconditions, options.Propagation?.ToString(), (int?)options.GracePeriod?.TotalSeconds);
            request.Content = Utf8(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.WireDeleteOptions), "application/json");
        }

        using var answer = await SendAsync(Attempt("delete", key), request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>
    /// Reads, changes and writes an object, and again from the start when somebody else was faster.
    /// </summary>
    /// <param name="key">Its name.</param>
    /// <param name="change">Makes the new object of the present one; null or the same object: leave it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="status">Whether the status is written, instead of all but the status.</param>
    /// <returns>The object as written, or as it was when left.</returns>
    public async Task<T> ChangeAsync(ObjectKey key, Func<T, T?> change, CancellationToken cancel, bool status = false)
    {
        const int tries = 8;
        for (var attempt = 1; ; attempt++)
        {
            var present = await GetAsync(key, cancel);
            var wanted = change(present);
            if (wanted is null || ReferenceEquals(wanted, present))
                return present;
            try
            {
                return status ? await UpdateStatusAsync(wanted, cancel) : await UpdateAsync(wanted, cancel);
            }
            catch (KubernetesException e) when (e.IsConflict && attempt < tries)
            {
                // Whoever was faster has won this round; a short, growing, uneven pause lets the rounds drift apart.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * attempt)), cancel);
            }
        }
    }

    private static string Attempt(string verb, ObjectKey? key = null) => key is { } k ? $"{verb} {Kind.Plural} {k}" : $"{verb} {Kind.Plural}";

    private Task<T> ReplaceAsync(string verb, T entity, string? subresource, CancellationToken cancel)
    {
        var path = RequestPath.Object(Kind, entity.Metadata.Key, subresource).With("fieldManager", _options.FieldManager);
        return SendForObjectAsync(verb, entity.Metadata.Key, WithBody(HttpMethod.Put, path, entity), cancel);
    }

    private Task<T> PatchAsync(string verb, ObjectKey key, string? subresource, PatchFormat format, ReadOnlyMemory<byte> patch, CancellationToken cancel)
    {
        var path = RequestPath.Object(Kind, key, subresource).With("fieldManager", _options.FieldManager);
        var type = format == PatchFormat.Merge ? "application/merge-patch+json" : "application/json-patch+json";
        return SendForObjectAsync(verb, key, new HttpRequestMessage(HttpMethod.Patch, path.ToUri()) { Content = Utf8(patch, type) }, cancel);
    }

    private Task<T> ApplyAsync(string verb, T entity, string? subresource, bool force, CancellationToken cancel) =>
        ApplyAsync(verb, entity.Metadata.Key, JsonSerializer.SerializeToUtf8Bytes(entity, Json), subresource, force, cancel);

    private Task<T> ApplyAsync(string verb, ObjectKey key, ReadOnlyMemory<byte> manifest, string? subresource, bool force, CancellationToken cancel)
    {
        var path = RequestPath.Object(Kind, key, subresource)
            .With("fieldManager", _options.FieldManager)
            .With("force", force ? "true" : "false");
        // JSON is YAML; servers before 1.32 know the patch only by this media type.
        return SendForObjectAsync(verb, key, new HttpRequestMessage(HttpMethod.Patch, path.ToUri()) { Content = Utf8(manifest, "application/apply-patch+yaml") }, cancel);
    }

    private HttpRequestMessage WithBody(HttpMethod method, RequestPath path, T entity) =>
        new(method, path.ToUri()) { Content = Utf8(JsonSerializer.SerializeToUtf8Bytes(entity, Json), "application/json") };

    private static ReadOnlyMemoryContent Utf8(ReadOnlyMemory<byte> body, string mediaType) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
}
