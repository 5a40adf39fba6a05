namespace Overlay.Api.Subnets;

/// <summary>The order among Subnets that operator and agents must agree on.</summary>
public static class SubnetOrder
{
    /// <summary>
    /// Who keeps a node's place when two operators have each given it a block of one family: the older, then the lower name. The operator
    /// releases the others; until they are gone, the node's agent draws from the same one.
    /// </summary>
    public static Comparer<Subnet> Seniority { get; } = Comparer<Subnet>.Create((left, right) =>
    {
        var age = Nullable.Compare(left.Metadata.CreationTimestamp, right.Metadata.CreationTimestamp);
        return age != 0 ? age : string.CompareOrdinal(left.Metadata.Name, right.Metadata.Name);
    });
}
