using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>A namespace as policies see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">All its labels; the API server puts <c>kubernetes.io/metadata.name</c> among them.</param>
public sealed record PolicyNamespace(string Name, ImmutableSortedDictionary<string, string> Labels);
