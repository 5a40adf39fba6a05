namespace Overlay.Lab.ApiServer.Http;

/// <summary>A resource path taken apart: <c>/apis/GROUP/VERSION/[namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE]]</c>.</summary>
internal sealed record RequestPath(string Group, string Version, string Namespace, string Resource, string Name, string Subresource)
{
    /// <summary>Null when the path has not that form.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string group, version;
        string[] rest;
        switch (parts)
        {
            case ["api", var v, _, ..]:
                (group, version, rest) = ("", v, parts[2..]);
                break;
            case ["apis", var g, var v, _, ..]:
                (group, version, rest) = (g, v, parts[3..]);
                break;
            default:
                return null;
        }
        rest = [.. rest.Select(Uri.UnescapeDataString)];

        // "namespaces" is a scope when a resource follows, else the resource itself; status and finalize are the namespace's own.
        var ns = "";
        if (rest is ["namespaces", var name, var resource, ..] && (group.Length > 0 || resource is not ("status" or "finalize")))
        {
            ns = name;
            rest = rest[2..];
        }
        return rest switch
        {
            [var r] => new RequestPath(group, version, ns, r, "", ""),
            [var r, var n] => new RequestPath(group, version, ns, r, n, ""),
            [var r, var n, var s] => new RequestPath(group, version, ns, r, n, s),
            _ => null,
        };
    }
}
