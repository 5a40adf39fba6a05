using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Exec;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Patches;
using Overlay.Lab.ApiServer.Rendering;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>Requests for resources, by verb.</summary>
internal sealed class ResourceHandler(Cluster cluster, WatchHandler watches, ExecHandler exec)
{
    public async Task HandleAsync(HttpContext http, RequestPath path)
    {
        var type = cluster.Catalog.Find(path.Group, path.Version, path.Resource) ?? throw ApiException.NoSuchPath();
        if (type.Namespaced && path.Namespace.Length == 0 && path.Name.Length > 0)
            throw ApiException.NoSuchPath();
        if (!type.Namespaced && path.Namespace.Length > 0)
            throw ApiException.NoSuchPath();
        CheckSubresource(type, path);
        var request = new ApiRequest(http, cluster, path, type);
        var answer = (http.Request.Method, path.Name.Length > 0) switch
        {
            ("GET", false) when request.Flag("watch") => watches.WatchAsync(request),
            ("GET" or "POST", true) when path.Subresource is "exec" => exec.HandleAsync(request),
            ("GET", true) when request.Flag("watch") => watches.WatchAsync(request),
            ("GET", false) => ListHandler.ListAsync(request),
            ("GET", true) => GetAsync(request),
            ("POST", false) => CreateAsync(request),
            ("POST", true) when path.Subresource is "binding" or "eviction" => PodHandler.PostAsync(request),
            ("PUT", true) => UpdateAsync(request),
            ("PATCH", true) => PatchAsync(request),
            ("DELETE", true) => DeleteAsync(request),
            ("DELETE", false) => DeleteCollectionAsync(request),
            _ => throw ApiException.MethodNotAllowed(),
        };
        await answer;
    }

    private static void CheckSubresource(ResourceType type, RequestPath path)
    {
        var known = path.Subresource switch
        {
            "" => true,
            "status" => type.HasStatus,
            "scale" => type.HasScale,
            "finalize" => NamespaceRules.IsNamespace(type),
            "binding" or "eviction" or "exec" => type is { Group: "", Plural: "pods" },
            _ => false,
        };
        if (!known)
            throw ApiException.NoSuchPath();
    }

    private static Task GetAsync(ApiRequest request)
    {
        var stored = request.Cluster.Get(request.Type, request.Key);
        if (request.Path.Subresource is "scale")
            return request.Http.WriteAsync(ScaleView.Of(stored.ToNode()));
        return Renderer.For(request).WriteOneAsync(request.Http, stored, 200);
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        if (request.Type.Namespaced && request.Path.Namespace.Length == 0)
            throw ApiException.MethodNotAllowed();
        var options = request.WriteOptions();
        var body = await Bodies.ReadObjectAsync(request.Http);
        BodyChecks.CheckKind(request.Type, body.Node);
        FieldValidations.ReportDuplicates(request.Type, body, options);
        var created = request.Cluster.Create(request.Type, request.Path.Namespace, body.Node, options);
        await AnswerAsync(request, options, created, 201);
    }

    private static async Task UpdateAsync(ApiRequest request)
    {
        var options = request.WriteOptions();
        var body = await Bodies.ReadObjectAsync(request.Http);
        if (request.Path.Subresource is "scale")
        {
            await ScaleAsync(request, options, _ => body.Node);
            return;
        }
        BodyChecks.CheckKind(request.Type, body.Node);
        FieldValidations.ReportDuplicates(request.Type, body, options);
        var updated = request.Cluster.Update(request.Type, request.Key, _ => (JsonObject)body.Node.DeepClone(), options);
        await AnswerAsync(request, options, updated, 200);
    }

    private static async Task PatchAsync(ApiRequest request)
    {
        var options = request.WriteOptions();
        var patch = Patch.Read(request.Type, Bodies.MediaType(request.Http.Request), await Bodies.ReadBytesAsync(request.Http), options);
        if (request.Path.Subresource is "scale")
        {
            await ScaleAsync(request, options, patch.Apply);
            return;
        }
        if (patch is ApplyPatch apply)
        {
            var (applied, created) = apply.Run(request.Cluster, request.Key);
            await AnswerAsync(request, options, applied, created ? 201 : 200);
            return;
        }
        var updated = request.Cluster.Update(request.Type, request.Key, patch.Apply, options);
        await AnswerAsync(request, options, updated, 200);
    }

    private static async Task ScaleAsync(ApiRequest request, Objects.WriteOptions options, Func<JsonObject, JsonObject> change)
    {
        var updated = request.Cluster.Update(request.Type, request.Key, node => ScaleView.Change(node, change), options with { Subresource = "" });
        await request.Http.WriteAsync(ScaleView.Of(updated.ToNode()));
    }

    private static async Task DeleteAsync(ApiRequest request)
    {
        if (request.Path.Subresource.Length > 0)
            throw ApiException.MethodNotAllowed();
        var deletion = request.Cluster.Delete(request.Type, request.Key, await ReadDeleteAsync(request));
        if (!deletion.Gone || request.Type is { Group: "", Plural: "pods" })
        {
            await Renderer.For(request).WriteOneAsync(request.Http, deletion.Object, 200);
            return;
        }
        var details = new JsonObject { ["name"] = request.Key.Name };
        if (request.Type.Group.Length > 0)
            details["group"] = request.Type.Group;
        details["kind"] = request.Type.Plural;
        details["uid"] = deletion.Object.Uid;
        await request.Http.WriteAsync(new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    private static async Task DeleteCollectionAsync(ApiRequest request)
    {
        var options = await ReadDeleteAsync(request);
        var selection = ListHandler.Select(request, request.Cluster.Store.Current(request.Type.StorageKey)).ToList();
        foreach (var item in selection)
        {
            try
            {
                request.Cluster.Delete(request.Type, item.Key, options);
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Somebody else was faster: what the client wanted is so.
            }
        }
        await Renderer.For(request).WriteListAsync(request.Http, new ListPage(selection, request.Cluster.Store.Revision, null, null));
    }

    private static async Task<DeleteRequest> ReadDeleteAsync(ApiRequest request)
    {
        var given = DeleteRequest.From(await Bodies.ReadOptionalAsync(request.Http));
        if (request.Query("propagationPolicy") is { Length: > 0 } policy)
            given = given with { Propagation = DeleteRequest.Parse(policy, false) };
        if (long.TryParse(request.Query("gracePeriodSeconds"), System.Globalization.CultureInfo.InvariantCulture, out var grace))
            given = given with { GracePeriodSeconds = grace };
        return given with { DryRun = given.DryRun || request.Query("dryRun") is "All" };
    }

    private static Task AnswerAsync(ApiRequest request, Objects.WriteOptions options, StoredObject stored, int code)
    {
        request.Http.Warn(options.Warnings);
        return Renderer.For(request).WriteOneAsync(request.Http, stored, code);
    }
}
