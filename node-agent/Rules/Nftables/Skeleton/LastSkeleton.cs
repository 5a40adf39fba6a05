namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>The text that was asked for last, and its fingerprint. Both take longer to make than all else that a new pod costs, and hardly ever change.</summary>
internal sealed class LastSkeleton
{
    private SkeletonSource? source;
    private (string Text, string Print) rendered;

    /// <summary>The text of a state and its fingerprint.</summary>
    internal (string Text, string Print) Of(RuleState state)
    {
        var wanted = SkeletonSource.Of(state);
        if (source != wanted)
        {
            var text = SkeletonText.Of(wanted);
            (source, rendered) = (wanted, (text, SkeletonPrint.OfText(text)));
        }

        return rendered;
    }
}
