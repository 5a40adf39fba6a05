using Overlay.Kube.Core;

namespace Overlay.Kube.Leadership;

/// <summary>
/// What a lease says, and since when it has said so by our own clock: the holder's clock, written in the lease, may be wrong by hours.
/// The fields and their use are client-go's, so that either can stand against the other.
/// </summary>
internal static class LeaseClaim
{
    /// <summary>Whether somebody else holds the lease.</summary>
    /// <param name="spec">What the lease says.</param>
    /// <param name="self">Our identity.</param>
    /// <param name="unchangedFor">For how long it has said so.</param>
    /// <param name="fallback">The duration to assume where the lease names none.</param>
    public static bool IsHeldByOther(LeaseSpec spec, string self, TimeSpan unchangedFor, TimeSpan fallback) =>
        !string.IsNullOrEmpty(spec.HolderIdentity)
        && spec.HolderIdentity != self
        && unchangedFor < (spec.LeaseDurationSeconds is { } s ? TimeSpan.FromSeconds(s) : fallback);

    /// <summary>The lease as we write it to take or renew it.</summary>
    public static LeaseSpec Claim(LeaseSpec? present, string self, TimeSpan duration, DateTimeOffset now)
    {
        var ours = present?.HolderIdentity == self;
        return new LeaseSpec
        {
            HolderIdentity = self,
            LeaseDurationSeconds = Math.Max(1, (int)duration.TotalSeconds),
            RenewTime = now,
            AcquireTime = ours ? present!.AcquireTime ?? now : now,
            LeaseTransitions = (present?.LeaseTransitions ?? 0) + (present is null || ours ? 0 : 1),
        };
    }

    /// <summary>The lease as we write it to give it up: the next candidate need not wait.</summary>
    public static LeaseSpec Release(LeaseSpec present, DateTimeOffset now) => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = 1,
        RenewTime = now,
        AcquireTime = now,
        LeaseTransitions = present.LeaseTransitions,
    };
}
