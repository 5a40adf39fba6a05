namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Faults come one after the other, and beside nothing else: they measure times on a machine that may be small.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultLabCollection : ICollectionFixture<FaultLab>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "faults";
}
