namespace Overlay.Policy;

/// <summary>Admin before namespaced before Baseline; within a tier by priority, then by name.</summary>
/// <remarks>The API leaves the order of equal priorities open; the name makes it the same everywhere and at every time.</remarks>
internal sealed class PolicyOrder : IComparer<PolicyModel>
{
    /// <summary>The one.</summary>
    public static PolicyOrder Instance { get; } = new();

    /// <inheritdoc />
    public int Compare(PolicyModel? x, PolicyModel? y)
    {
        var order = x!.Tier.CompareTo(y!.Tier);
        order = order == 0 ? x.Priority.CompareTo(y.Priority) : order;
        return order == 0 ? x.Name.CompareTo(y.Name) : order;
    }
}
