namespace Overlay.Kube.Entities;

/// <summary>One page of a list, and where to go on.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The version a watch can start from, once the last page is read.</param>
/// <param name="Continue">The token of the next page; null: this was the last.</param>
public sealed record EntityList<T>(IReadOnlyList<T> Items, string? ResourceVersion, string? Continue);
