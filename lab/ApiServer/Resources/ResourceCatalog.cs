using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>What is served at the moment: immutable, swapped whole when a CustomResourceDefinition comes or goes.</summary>
internal sealed class ResourceCatalog
{
    private readonly Dictionary<(string Group, string Version, string Plural), ResourceType> byPath;

    public ResourceCatalog(IEnumerable<ResourceType> types)
    {
        All = [.. types];
        byPath = All.ToDictionary(t => (t.Group, t.Version, t.Plural));
        Groups = [.. All.Where(t => t.Group.Length > 0).GroupBy(t => t.Group, StringComparer.Ordinal)
            .Select(g => new ApiGroup(g.Key, [.. g.Select(t => t.Version).Distinct(StringComparer.Ordinal).OrderDescending(VersionPriority.Comparer)]))
            .OrderBy(g => g.Name, StringComparer.Ordinal)];
    }

    public ImmutableArray<ResourceType> All { get; }

    /// <summary>The named groups, core not among them.</summary>
    public ImmutableArray<ApiGroup> Groups { get; }

    public ResourceType? Find(string group, string version, string plural) => byPath.GetValueOrDefault((group, version, plural));

    public IEnumerable<ResourceType> In(string group, string version) =>
        All.Where(t => string.Equals(t.Group, group, StringComparison.Ordinal) && string.Equals(t.Version, version, StringComparison.Ordinal));

    /// <summary>Each stored resource once, by its preferred version.</summary>
    public IEnumerable<ResourceType> Stored => All.GroupBy(t => t.StorageKey, StringComparer.Ordinal).Select(g => g.First());

    public ResourceType? ByKind(string apiVersion, string kind) =>
        All.FirstOrDefault(t => string.Equals(t.ApiVersion, apiVersion, StringComparison.Ordinal) && string.Equals(t.Kind, kind, StringComparison.Ordinal));
}

/// <summary>A group and its versions, the preferred one first.</summary>
internal sealed record ApiGroup(string Name, ImmutableArray<string> Versions);
