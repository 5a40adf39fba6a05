namespace Overlay.Api.Nodes;

/// <summary>The Lease that operators lead by: in the same namespace as the agents' Leases.</summary>
public static class OperatorLease
{
    /// <summary>Its name.</summary>
    public const string Name = "overlay-operator";
}
