using Overlay.Kube.Entities;

namespace Overlay.Kube.Watching;

/// <summary>How many tries failed in a row; the waits grow with it.</summary>
internal sealed class FailureRow
{
    private bool _unreachable;

    /// <summary>0: the last one did not fail.</summary>
    public int Count { get; private set; }

    /// <summary>A try has ended.</summary>
    /// <param name="failure">Why; null: the server ended the watch.</param>
    /// <param name="lived">Whether it was a watch that lived for a while: no failure, whatever ended it.</param>
    /// <param name="heard">Whether the server told something, which begins the count anew.</param>
    public void Add(Exception? failure, bool lived, bool heard)
    {
        var unreachable = failure is KubernetesException { IsUnreachable: true };

        // A server that answers again after hours must not be left alone for what was counted meanwhile: most likely it says 410 now, list again.
        var isBack = _unreachable && !unreachable;
        Count = lived ? 0 : heard || isBack ? 1 : Count + 1;
        _unreachable = unreachable;
    }
}
