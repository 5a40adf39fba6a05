using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>The kinds of policies.</summary>
public enum PolicyKind
{
    /// <summary>Our own.</summary>
    OverlayPolicy,

    /// <summary>networking.k8s.io/v1.</summary>
    NetworkPolicy,

    /// <summary>policy.networking.k8s.io/v1alpha2.</summary>
    ClusterNetworkPolicy,
}

/// <summary>Names a policy among those of all kinds.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">Namespace (null for a ClusterNetworkPolicy) and name.</param>
public readonly record struct PolicyName(PolicyKind Kind, ObjectKey Key) : IComparable<PolicyName>
{
    /// <inheritdoc />
    public int CompareTo(PolicyName other)
    {
        var order = string.CompareOrdinal(Key.Namespace, other.Key.Namespace);
        order = order == 0 ? string.CompareOrdinal(Key.Name, other.Key.Name) : order;
        return order == 0 ? Kind.CompareTo(other.Kind) : order;
    }

    /// <summary>As <c>shop/front</c> for an OverlayPolicy; others with their short name before: <c>netpol shop/front</c>, <c>cnp no-dev</c>.</summary>
    public override string ToString() =>
        Kind switch
        {
            PolicyKind.NetworkPolicy => $"netpol {Key}",
            PolicyKind.ClusterNetworkPolicy => $"cnp {Key}",
            _ => $"{Key}",
        };

    /// <summary>Orders by namespace, name and kind (ordinal).</summary>
    public static bool operator <(PolicyName left, PolicyName right) => left.CompareTo(right) < 0;

    /// <summary>Orders by namespace, name and kind (ordinal).</summary>
    public static bool operator >(PolicyName left, PolicyName right) => left.CompareTo(right) > 0;

    /// <summary>Orders by namespace, name and kind (ordinal).</summary>
    public static bool operator <=(PolicyName left, PolicyName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by namespace, name and kind (ordinal).</summary>
    public static bool operator >=(PolicyName left, PolicyName right) => left.CompareTo(right) >= 0;
}
