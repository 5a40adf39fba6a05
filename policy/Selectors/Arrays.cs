using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Arrays of API objects: absent, never set, and empty mean the same wherever policies use them.</summary>
internal static class Arrays
{
    public static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T>? array) => array is { IsDefault: false } present ? present : [];
}
