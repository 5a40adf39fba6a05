using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Why a connection is allowed or not: both directions must allow it.</summary>
/// <param name="Source">The tag that the destination judges by.</param>
/// <param name="Egress">What the source's side says.</param>
/// <param name="Ingress">What the destination's side says.</param>
public sealed record Explanation(Tag Source, DirectionVerdict Egress, DirectionVerdict Ingress)
{
    /// <summary>Whether the connection passes.</summary>
    public bool Allowed => Egress.Allowed && Ingress.Allowed;

    /// <summary>Whether a rule that decides says that the connection is logged.</summary>
    public bool IsLogged => Egress.IsLogged || Ingress.IsLogged;
}

/// <summary>What one side says of a connection.</summary>
/// <param name="Allowed">Whether this side allows it.</param>
/// <param name="Isolated">Whether namespaced policies, or the default action, isolate this side: only what is granted is allowed.</param>
/// <param name="IsolatedBy">The policies that isolate this side, by name; empty if none does (or the network's default action alone).</param>
/// <param name="Because">The rules that decide, allowing or denying; none when isolation alone or the default does.</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record DirectionVerdict(bool Allowed, bool Isolated, ImmutableArray<PolicyName> IsolatedBy, Reasons Because, string Text)
{
    /// <summary>Whether one of the rules that decide says that what it decides is logged.</summary>
    public bool IsLogged { get; init; }
}
