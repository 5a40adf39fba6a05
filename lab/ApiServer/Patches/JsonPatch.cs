using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>RFC 6902.</summary>
internal sealed class JsonPatch : Patch
{
    private readonly JsonArray operations;

    private JsonPatch(JsonArray operations) => this.operations = operations;

    public static JsonPatch Parse(byte[] body) =>
        new(JsonNode.Parse(body) as JsonArray ?? throw ApiException.BadRequest("a JSON patch must be a list of operations"));

    public override JsonObject Apply(JsonObject current)
    {
        JsonNode? root = current;
        foreach (var operation in operations)
        {
            if (operation is not JsonObject step)
                throw ApiException.BadRequest("an operation of a JSON patch must be an object");
            Run(ref root, step);
        }
        return root as JsonObject ?? throw ApiException.BadRequest("the patched document is not an object");
    }

    private static void Run(ref JsonNode? root, JsonObject step)
    {
        var path = Pointer(step.Text("path") ?? throw ApiException.BadRequest("an operation of a JSON patch needs a path"));
        switch (step.Text("op"))
        {
            case "add":
                Put(ref root, path, step["value"]?.DeepClone(), replace: false);
                break;
            case "replace":
                Get(root, path);
                Put(ref root, path, step["value"]?.DeepClone(), replace: true);
                break;
            case "remove":
                Remove(root, path);
                break;
            case "test":
                if (!JsonTrees.Same(Get(root, path), step["value"]))
                    throw Unprocessable($"testing path {step.Text("path")} failed");
                break;
            case "copy":
                Put(ref root, path, Get(root, Pointer(step.Text("from") ?? ""))?.DeepClone(), replace: false);
                break;
            case "move":
                var from = Pointer(step.Text("from") ?? "");
                var moved = Get(root, from)?.DeepClone();
                Remove(root, from);
                Put(ref root, path, moved, replace: false);
                break;
            case var other:
                throw ApiException.BadRequest($"unexpected kind of JSON patch operation: {other}");
        }
    }

    private static string[] Pointer(string path)
    {
        if (path.Length == 0)
            return [];
        if (path[0] != '/')
            throw ApiException.BadRequest($"JSON pointer must start with '/': {path}");
        return [.. path[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Get(JsonNode? root, ReadOnlySpan<string> path)
    {
        var at = root;
        foreach (var step in path)
        {
            at = at switch
            {
                JsonObject inner when inner.TryGetPropertyValue(step, out var value) => value,
                JsonArray list => list[Index(list, step, list.Count - 1)],
                _ => throw Unprocessable($"the path names nothing: {string.Join('/', path.ToArray())}"),
            };
        }
        return at;
    }

    private static void Put(ref JsonNode? root, string[] path, JsonNode? value, bool replace)
    {
        if (path.Length == 0)
        {
            root = value;
            return;
        }
        switch (Get(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject inner:
                inner[path[^1]] = value;
                break;
            case JsonArray list when replace:
                list[Index(list, path[^1], list.Count - 1)] = value;
                break;
            case JsonArray list when path[^1] is "-":
                list.Add(value);
                break;
            case JsonArray list:
                list.Insert(Index(list, path[^1], list.Count), value);
                break;
            default:
                throw Unprocessable($"the path names nothing: /{string.Join('/', path)}");
        }
    }

    private static void Remove(JsonNode? root, string[] path)
    {
        if (path.Length == 0)
            throw ApiException.BadRequest("cannot remove the whole document");
        switch (Get(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject inner when inner.Remove(path[^1]):
                break;
            case JsonArray list:
                list.RemoveAt(Index(list, path[^1], list.Count - 1));
                break;
            default:
                throw Unprocessable($"unable to remove nonexistent key: {path[^1]}");
        }
    }

    private static int Index(JsonArray list, string step, int most) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most
            ? index
            : throw Unprocessable($"index {step} is out of bounds of a list of {list.Count}");

    private static ApiException Unprocessable(string message) =>
        ApiException.UnprocessablePatch($"the server rejected our request due to an error in our request: {message}");
}
