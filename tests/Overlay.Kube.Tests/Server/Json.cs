namespace Overlay.Kube.Tests.Server;

/// <summary>Objects as the API server writes them.</summary>
public static class Json
{
    public static string Namespace(string name, int version, string label = "x", string? uid = null) =>
        $$$"""{"metadata":{"name":"{{{name}}}","uid":"{{{uid ?? "uid-" + name}}}","resourceVersion":"{{{version}}}","labels":{"l":"{{{label}}}"},"managedFields":[{"manager":"m"}]},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}""";

    public static string List(int version, params string[] items) => Page(version, null, items);

    public static string Page(int version, string? next, params string[] items) =>
        $$$"""{"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}"{{{(next is null ? "" : $",\"continue\":\"{next}\"")}}}},"items":[{{{string.Join(',', items)}}}]}""";

    public static string Event(string type, string item) => $$$"""{"type":"{{{type}}}","object":{{{item}}}}""";

    public static string Bookmark(int version) =>
        $$$"""{"type":"BOOKMARK","object":{"kind":"Namespace","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null},"spec":{},"status":{} }}""";

    public const string Expired =
        """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 1 (2)","reason":"Expired","code":410}}""";
}
