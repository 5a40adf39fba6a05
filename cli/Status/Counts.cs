namespace Overlay.Cli.Status;

/// <summary>How many tags there are.</summary>
/// <param name="Active">In use.</param>
/// <param name="Resting">Released, not yet to be given out again.</param>
internal sealed record TagCounts(int Active, int Resting);

/// <summary>How many policies there are: of OverlayPolicies what the operator says of them, of the two kinds of Kubernetes how many.</summary>
/// <param name="Accepted">In the rules as they are written.</param>
/// <param name="Refused">They isolate what they select and allow nothing.</param>
/// <param name="Waiting">The operator has not looked at their present state.</param>
/// <param name="NetworkPolicies">All NetworkPolicies.</param>
/// <param name="ClusterNetworkPolicies">All ClusterNetworkPolicies.</param>
internal sealed record PolicyCounts(int Accepted, int Refused, int Waiting, int NetworkPolicies = 0, int ClusterNetworkPolicies = 0);
