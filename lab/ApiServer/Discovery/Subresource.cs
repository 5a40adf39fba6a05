using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Discovery;

/// <summary>A subresource as discovery lists it; group and version only where its kind is another's.</summary>
internal sealed record Subresource(string Name, string Kind, IReadOnlyList<string> Verbs, string? Group = null, string? Version = null)
{
    private static readonly string[] ReadWrite = ["get", "patch", "update"];

    public static IEnumerable<Subresource> Of(ResourceType type)
    {
        if (type.HasStatus)
            yield return new Subresource("status", type.Kind, ReadWrite);
        if (type.HasScale)
            yield return new Subresource("scale", "Scale", ReadWrite, "autoscaling", "v1");
        if (type is { Group: "", Plural: "pods" })
        {
            yield return new Subresource("binding", "Binding", ["create"]);
            yield return new Subresource("exec", "PodExecOptions", ["create", "get"]);
            yield return new Subresource("eviction", "Eviction", ["create"], "policy", "v1");
        }
        if (type is { Group: "", Plural: "namespaces" })
            yield return new Subresource("finalize", "Namespace", ["update"]);
    }
}
