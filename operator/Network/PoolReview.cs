using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Network;

/// <summary>The pools that can be used, and what is wrong with the others. The schema refuses most of it; this holds where its rules were not in force.</summary>
/// <param name="Usable">Pools that make sense and overlap with none before them.</param>
/// <param name="Problems">A sentence for each of the others.</param>
/// <param name="Overlapping">Whether one of the problems is an overlap.</param>
internal sealed record PoolReview(ImmutableArray<Pool> Usable, ImmutableArray<string> Problems, bool Overlapping)
{
    /// <summary>Reviews the pools of a spec.</summary>
    public static PoolReview Of(IEnumerable<AddressPool> pools)
    {
        var usable = ImmutableArray.CreateBuilder<Pool>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var overlapping = false;
        foreach (var written in pools)
        {
            if (Pool.Of(written, out var problem) is not { } pool)
            {
                problems.Add($"pool {written.Cidr}: {problem}");
            }
            else if (usable.FirstOrDefault(u => Pool.Overlap(u.Network, pool.Network)) is { } other)
            {
                overlapping = true;
                problems.Add($"pool {pool.Network} overlaps with {other.Network} and is not used: make the pools disjoint, or take one of them out");
            }
            else
            {
                usable.Add(pool);
            }
        }

        return new PoolReview(usable.ToImmutable(), problems.ToImmutable(), overlapping);
    }
}
