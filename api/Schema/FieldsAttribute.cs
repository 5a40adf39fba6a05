namespace Overlay.Api.Schema;

/// <summary>How many of an object's fields may be set.</summary>
/// <param name="min">The fewest.</param>
/// <param name="max">The most; 0: no bound.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FieldsAttribute(int min, int max) : Attribute
{
    /// <summary>The fewest.</summary>
    public int Min { get; } = min;

    /// <summary>The most; 0: no bound.</summary>
    public int Max { get; } = max;
}
