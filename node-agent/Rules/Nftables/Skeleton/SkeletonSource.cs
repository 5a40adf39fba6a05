using System.Collections.Immutable;
using System.Net;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>All of a rule state that the table's text is made from. Compared by content: equal sources have equal texts.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="TellsAllowed">Whether some allowed connections are told.</param>
/// <param name="Pools">The pools.</param>
/// <param name="Unmasqueraded">Destinations outside of the pools that see the pods' own addresses.</param>
internal sealed record SkeletonSource(RuleSettings Settings, bool TellsAllowed, ImmutableArray<IPNetwork> Pools, ImmutableArray<IPNetwork> Unmasqueraded)
{
    /// <summary>A state's.</summary>
    internal static SkeletonSource Of(RuleState state) => new(state.Settings, state.TellsAllowed, state.Pools, state.Unmasqueraded);

    /// <inheritdoc />
    public bool Equals(SkeletonSource? other) =>
        other is not null
        && Settings == other.Settings
        && TellsAllowed == other.TellsAllowed
        && Pools.AsSpan().SequenceEqual(other.Pools.AsSpan())
        && Unmasqueraded.AsSpan().SequenceEqual(other.Unmasqueraded.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Settings, TellsAllowed, Pools.Length, Unmasqueraded.Length);
}
