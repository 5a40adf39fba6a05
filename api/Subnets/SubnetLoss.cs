using System.Net;

namespace Overlay.Api.Subnets;

/// <summary>
/// What operator and agents make of a Subnet that somebody deleted: a Subnet leaves in order when the operator has released it. One that is deleted otherwise, by
/// hand or with its definition, is still what its node's pods have their addresses from.
/// </summary>
public static class SubnetLoss
{
    /// <summary>Whether a Subnet that is deleted in this state is gone in earnest.</summary>
    public static bool IsDue(Subnet subnet)
    {
        ArgumentNullException.ThrowIfNull(subnet);
        return subnet.Status?.Phase == AllocationPhase.Released;
    }

    /// <summary>Whether a Subnet that has come takes addresses of a lost one: then the lost one does not hold any more.</summary>
    /// <param name="lost">The lost one.</param>
    /// <param name="arrived">The one that has come.</param>
    public static bool IsOverruled(Subnet lost, Subnet arrived)
    {
        ArgumentNullException.ThrowIfNull(lost);
        ArgumentNullException.ThrowIfNull(arrived);
        return IPNetwork.TryParse(lost.Spec.Cidr, out var before)
            && IPNetwork.TryParse(arrived.Spec.Cidr, out var now)
            && (before.Contains(now.BaseAddress) || now.Contains(before.BaseAddress));
    }
}
