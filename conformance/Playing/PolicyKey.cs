namespace Overlay.Conformance.Playing;

/// <summary>What a policy is known by.</summary>
/// <param name="Kind"><c>NetworkPolicy</c> or <c>ClusterNetworkPolicy</c>.</param>
/// <param name="Namespace">Its namespace; empty for a ClusterNetworkPolicy.</param>
/// <param name="Name">Its name.</param>
public readonly record struct PolicyKey(string Kind, string Namespace, string Name) : IComparable<PolicyKey>
{
    /// <summary>The kind without a namespace.</summary>
    public const string ClusterKind = "ClusterNetworkPolicy";

    /// <summary>Makes a key; a cluster-wide policy's namespace is left out, a namespaced one's is <c>default</c> unless said.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">The name.</param>
    public static PolicyKey Of(string kind, string? ns, string name) =>
        string.Equals(kind, ClusterKind, StringComparison.Ordinal) ? new(kind, "", name) : new(kind, ns ?? "default", name);

    /// <summary>Whether it is cluster-wide.</summary>
    public bool IsClusterWide => Namespace.Length == 0;

    /// <summary>The kind's name in API paths.</summary>
    public string Plural => IsClusterWide ? "clusternetworkpolicies" : "networkpolicies";

    /// <inheritdoc />
    public int CompareTo(PolicyKey other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <inheritdoc />
    public override string ToString() => $"{Kind} {Namespace}/{Name}";

    /// <summary>Order by text.</summary>
    public static bool operator <(PolicyKey left, PolicyKey right) => left.CompareTo(right) < 0;

    /// <summary>Order by text.</summary>
    public static bool operator >(PolicyKey left, PolicyKey right) => left.CompareTo(right) > 0;

    /// <summary>Order by text.</summary>
    public static bool operator <=(PolicyKey left, PolicyKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order by text.</summary>
    public static bool operator >=(PolicyKey left, PolicyKey right) => left.CompareTo(right) >= 0;
}
