namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>Tests that share one lab come one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "lab";
}
