namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Faults come one after the other: they share a lab. Labs of other collections run beside it, and none of them needs much of the machine.</summary>
[CollectionDefinition(Name)]
public sealed class FaultLabCollection : ICollectionFixture<FaultLab>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "faults";
}
