using Overlay.Api.Schema;

namespace Overlay.Api.Objects;

/// <summary>One observed aspect of an object's state (meta/v1 Condition).</summary>
/// <param name="Type">What is observed, in CamelCase.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">A CamelCase word for programs.</param>
/// <param name="Message">A sentence for people: what, on which object, and what to do.</param>
public sealed record Condition(
    [property: Text(316, MinLength = 1)] string Type,
    [property: Text(7, Pattern = "^(True|False|Unknown)$")] string Status,
    [property: Text(1024)] string Reason,
    [property: Text(32768)] string Message)
{
    /// <summary>When <see cref="Status"/> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The generation of the spec this was observed on.</summary>
    public long? ObservedGeneration { get; init; }
}
