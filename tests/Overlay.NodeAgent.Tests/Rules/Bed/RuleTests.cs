namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Tests of what rules do to packets, whatever writes the rules: each class of them has one class for each backend.</summary>
/// <param name="backend">What judges.</param>
public abstract class RuleTests(BedBackend backend)
{
    /// <summary>What judges.</summary>
    protected BedBackend Backend => backend;

    private protected Task<TestBed> CreateAsync(Action<TestBed>? before = null) => TestBed.CreateAsync(before, backend);
}
