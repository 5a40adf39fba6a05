using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>One option of a rule.</summary>
/// <param name="Module">The match it belongs to, as <c>conntrack</c>; empty: iptables' own, or of a target.</param>
/// <param name="Name">As <c>--ctstate</c> or <c>-p</c>; empty: that the module is named, <c>-m conntrack</c>.</param>
/// <param name="Not">Whether <c>!</c> stands before it.</param>
/// <param name="Values">The words after it.</param>
internal sealed record RuleOption(string Module, string Name, bool Not, ImmutableArray<string> Values)
{
    /// <summary>The first value; empty: there is none.</summary>
    internal string Value => Values.IsEmpty ? "" : Values[0];
}
