namespace Overlay.Kube.Entities;

/// <summary>One page of a list.</summary>
public sealed record ListOptions
{
    /// <summary>The most objects of a page; null: all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>The token of the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>
    /// How fresh the list must be: null reads from the store; <c>"0"</c> takes whatever the server's watch cache holds, which is cheap for it;
    /// a version asks for a state not older than that.
    /// </summary>
    public string? ResourceVersion { get; init; }
}
