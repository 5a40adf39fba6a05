using System.Globalization;
using System.Text.Json.Nodes;

namespace Overlay.Kube.Tests.Server;

/// <summary>A store with the API server's rules on versions and preconditions, for scripts that need more than canned answers.</summary>
public sealed class FakeStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private int _version = 100;

    /// <summary>Paths of the requests, with their verbs.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Refuses a request instead of serving it: code and reason.</summary>
    public Func<Request, (int Code, string Reason)?> Refuse { get; set; } = _ => null;

    public JsonObject? this[string path]
    {
        get
        {
            lock (_gate)
                return _objects.GetValueOrDefault(path)?.DeepClone().AsObject();
        }
    }

    public List<JsonObject> All
    {
        get
        {
            lock (_gate)
                return [.. _objects.Values.Select(o => o.DeepClone().AsObject())];
        }
    }

    public Task ServeAsync(Request request, Answer answer)
    {
        int code;
        JsonNode body;
        lock (_gate)
        {
            Seen.Add($"{request.Method} {request.Path}");
            (code, body) = Refuse(request) is { } refusal ? (refusal.Code, Status(refusal.Code, refusal.Reason)) : Serve(request);
        }

        return answer.JsonAsync(body.ToJsonString(), code);
    }

    /// <summary>Changes an object behind the client's back.</summary>
    public void Touch(string path)
    {
        lock (_gate)
            Store(path, _objects[path]);
    }

    public void Remove(string path)
    {
        lock (_gate)
            _objects.Remove(path);
    }

    private static JsonObject Status(int code, string reason) =>
        new() { ["kind"] = "Status", ["status"] = "Failure", ["reason"] = reason, ["message"] = $"the server says {reason}", ["code"] = code };

    private (int, JsonNode) Serve(Request request)
    {
        if (request.Method == "POST")
        {
            var made = JsonNode.Parse(request.Body)!.AsObject();
            var path = $"{request.Path}/{made["metadata"]!["name"]}";
            if (_objects.ContainsKey(path))
                return (409, Status(409, "AlreadyExists"));
            made["metadata"]!["uid"] = $"uid-{_version}";
            return (201, Store(path, made));
        }

        var status = request.Path.EndsWith("/status", StringComparison.Ordinal);
        var key = status ? request.Path[..^"/status".Length] : request.Path;
        if (!_objects.TryGetValue(key, out var there))
            return (404, Status(404, "NotFound"));
        switch (request.Method)
        {
            case "GET":
                return (200, there.DeepClone());
            case "DELETE":
                var wanted = request.Body.Length > 0 ? JsonNode.Parse(request.Body)!["preconditions"] : null;
                if (wanted?["uid"] is { } uid && uid.ToString() != there["metadata"]!["uid"]!.ToString())
                    return (409, Status(409, "Conflict"));
                if (wanted?["resourceVersion"] is { } version && version.ToString() != there["metadata"]!["resourceVersion"]!.ToString())
                    return (409, Status(409, "Conflict"));
                _objects.Remove(key);
                return (200, there.DeepClone());
            case "PATCH":
                var patched = there.DeepClone().AsObject();
                Merge(patched, JsonNode.Parse(request.Body)!.AsObject());
                return (200, Store(key, patched));
            default:
                var sent = JsonNode.Parse(request.Body)!.AsObject();
                if (sent["metadata"]!["resourceVersion"] is { } read && read.ToString() != there["metadata"]!["resourceVersion"]!.ToString())
                    return (409, Status(409, "Conflict"));
                if (status)
                {
                    var merged = there.DeepClone().AsObject();
                    merged["status"] = sent["status"]?.DeepClone();
                    sent = merged;
                }

                sent["metadata"]!["uid"] = there["metadata"]!["uid"]!.ToString();
                return (200, Store(key, sent));
        }
    }

    private JsonNode Store(string path, JsonObject value)
    {
        value["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[path] = value;
        return value.DeepClone();
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject there)
                Merge(there, inner);
            else
                target[name] = value?.DeepClone();
        }
    }
}
