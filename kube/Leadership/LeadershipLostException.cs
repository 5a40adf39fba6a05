namespace Overlay.Kube.Leadership;

/// <summary>Something was about to be done in the name of a leadership that has ended. It is a cancellation: somebody else does it.</summary>
public sealed class LeadershipLostException : OperationCanceledException
{
    /// <summary>Says which leadership.</summary>
    /// <param name="lease">The lease's name.</param>
    /// <param name="lost">The token that was cancelled.</param>
    public LeadershipLostException(string lease, CancellationToken lost)
        : base($"The leadership by lease {lease} was not renewed in time: nothing more may be done in its name.", lost)
    {
    }
}
