using Overlay.Api.Flows;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Flows;

/// <summary>What the rules say of a packet that they told.</summary>
/// <param name="Verdict">Denied or Allowed.</param>
/// <param name="Place">Where.</param>
/// <param name="IsNarrow">Whether its mark is laid out as <see cref="NarrowMark"/> says, not as <see cref="NodeMark"/>.</param>
internal readonly record struct ToldPacket(FlowVerdict Verdict, ToldPlace Place, bool IsNarrow)
{
    /// <summary>Reads a rule's prefix; null when it is none of ours.</summary>
    public static ToldPacket? Of(string prefix) =>
        prefix.StartsWith(LogPrefix.Wide, StringComparison.Ordinal) ? Of(prefix[LogPrefix.Wide.Length..], narrow: false)
        : prefix.StartsWith(LogPrefix.Narrow, StringComparison.Ordinal) ? Of(prefix[LogPrefix.Narrow.Length..], narrow: true)
        : null;

    /// <summary>The tag in the packet's mark.</summary>
    public Tag TagOf(uint mark) => IsNarrow ? NarrowMark.TagOf(mark) : NodeMark.TagOf(mark);

    private static ToldPacket? Of(string said, bool narrow) =>
        said switch
        {
            LogPrefix.DeniedArriving => new(FlowVerdict.Denied, ToldPlace.Arriving, narrow),
            LogPrefix.DeniedLeaving => new(FlowVerdict.Denied, ToldPlace.Leaving, narrow),
            LogPrefix.DeniedAnswer => new(FlowVerdict.Denied, ToldPlace.Answer, narrow),
            LogPrefix.Spoofed => new(FlowVerdict.Denied, ToldPlace.Spoofed, narrow),
            LogPrefix.AllowedArriving => new(FlowVerdict.Allowed, ToldPlace.Arriving, narrow),
            LogPrefix.AllowedLeaving => new(FlowVerdict.Allowed, ToldPlace.Leaving, narrow),
            _ => null,
        };
}
