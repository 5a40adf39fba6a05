namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Faults that need a lab of another kind, each its own: one after the other, beside those of the shared lab.</summary>
[CollectionDefinition(Name)]
public sealed class OwnLabCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "own labs";
}
