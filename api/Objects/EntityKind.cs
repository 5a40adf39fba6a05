namespace Overlay.Api.Objects;

/// <summary>Where the API server keeps a kind.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, as <c>v1alpha1</c>.</param>
/// <param name="Kind">The kind, as <c>Subnet</c>.</param>
/// <param name="Plural">The resource name in paths, as <c>subnets</c>.</param>
/// <param name="Namespaced">Whether objects live in namespaces.</param>
public sealed record EntityKind(string Group, string Version, string Kind, string Plural, bool Namespaced)
{
    /// <summary>Group and version as objects carry them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The collection's path on the API server, without a leading slash.</summary>
    /// <param name="ns">A namespace, or null for all of them and for cluster-scoped kinds.</param>
    public string CollectionPath(string? ns = null)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        return ns is null ? $"{root}/{Plural}" : $"{root}/namespaces/{ns}/{Plural}";
    }

    /// <summary>One object's path on the API server, without a leading slash.</summary>
    /// <param name="key">The object's name and namespace.</param>
    public string ObjectPath(ObjectKey key) => $"{CollectionPath(key.Namespace)}/{key.Name}";
}
