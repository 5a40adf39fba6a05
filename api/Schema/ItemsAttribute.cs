namespace Overlay.Api.Schema;

/// <summary>Bounds a list or a map, and says how server-side apply merges it.</summary>
/// <param name="max">The most items (of a list) or entries (of a map).</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int max) : Attribute
{
    /// <summary>The most items or entries.</summary>
    public int Max { get; } = max;

    /// <summary>The fewest items.</summary>
    public int Min { get; init; }

    /// <summary>Whether the list is a set of scalars: duplicates are refused.</summary>
    public bool Set { get; init; }

    /// <summary>The field that tells the items of a list of objects apart: duplicates are refused.</summary>
    public string? Key { get; init; }
}
