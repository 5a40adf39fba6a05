namespace Overlay.Api.Schema;

/// <summary>The least and greatest value of a number, both allowed.</summary>
/// <param name="minimum">The least.</param>
/// <param name="maximum">The greatest.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(long minimum, long maximum) : Attribute
{
    /// <summary>The least value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary>The greatest value.</summary>
    public long Maximum { get; } = maximum;
}
