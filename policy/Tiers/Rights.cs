using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What a side allows, by how far addresses have a say (<see cref="GrantStanding"/>). Lists are normalized.</summary>
/// <param name="Firm">Allowed before addresses are asked.</param>
/// <param name="Plain">Allowed unless the address is denied.</param>
/// <param name="Conditional">Allowed where the address is allowed and not denied.</param>
internal sealed record Rights(ImmutableArray<PortEntry> Firm, ImmutableArray<PortEntry> Plain, ImmutableArray<PortEntry> Conditional)
{
    /// <summary>What is allowed of this by the other side too.</summary>
    public Rights Within(ImmutableArray<PortEntry> other) =>
        PortEntries.IsEverything(other) && other[0].Because.Rules.IsEmpty
            ? this
            : new Rights(PortEntries.Intersect(Firm, other), PortEntries.Intersect(Plain, other), PortEntries.Intersect(Conditional, other));

    /// <summary>The same as a destination says it whose rules ask less of addresses.</summary>
    /// <param name="allows">Whether it has allowed addresses.</param>
    /// <param name="denies">Whether it has denied addresses.</param>
    public Rights Simplify(bool allows, bool denies)
    {
        var plain = denies ? PortEntries.Except(Plain, Firm) : PortEntries.Union(Firm, Plain);
        var firm = denies ? Firm : [];
        return new Rights(firm, plain, allows ? PortEntries.Except(PortEntries.Except(Conditional, plain), firm) : []);
    }

    /// <summary>What is in both.</summary>
    public Rights And(Rights other) =>
        new(PortEntries.Intersect(Firm, other.Firm), PortEntries.Intersect(Plain, other.Plain), PortEntries.Intersect(Conditional, other.Conditional));

    /// <summary>The same without saying why.</summary>
    public Rights WithoutReasons() => new(PortEntries.WithoutReasons(Firm), PortEntries.WithoutReasons(Plain), PortEntries.WithoutReasons(Conditional));

    /// <summary>What is in this only.</summary>
    public Rights Except(Rights other) =>
        new(PortEntries.Except(Firm, other.Firm), PortEntries.Except(Plain, other.Plain), PortEntries.Except(Conditional, other.Conditional));

    /// <summary>Whether both allow the same, whatever the reasons.</summary>
    public bool Same(Rights other) => PortEntries.Same(Firm, other.Firm) && PortEntries.Same(Plain, other.Plain) && PortEntries.Same(Conditional, other.Conditional);

    /// <summary>Whether nothing is allowed.</summary>
    public bool IsEmpty => Firm.IsEmpty && Plain.IsEmpty && Conditional.IsEmpty;
}
