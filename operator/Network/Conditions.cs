using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Operator.Network;

/// <summary>Puts conditions together so that nothing is written which says nothing new.</summary>
internal static class Conditions
{
    /// <summary>The wanted conditions, each with the time since when its status has been so.</summary>
    /// <param name="present">What the object carries.</param>
    /// <param name="wanted">What it shall carry, without times.</param>
    /// <param name="generation">The generation this was observed on.</param>
    /// <param name="now">The time.</param>
    public static ImmutableArray<Condition> Merge(
        IEnumerable<Condition> present, IEnumerable<Condition> wanted, long? generation, DateTimeOffset now)
    {
        var before = present.GroupBy(c => c.Type, StringComparer.Ordinal).ToDictionary(c => c.Key, c => c.First(), StringComparer.Ordinal);
        return
        [
            .. wanted.Select(w => w with
            {
                ObservedGeneration = generation,
                LastTransitionTime = before.TryGetValue(w.Type, out var b) && string.Equals(b.Status, w.Status, StringComparison.Ordinal)
                    ? b.LastTransitionTime ?? now
                    : now,
            }),
        ];
    }

    /// <summary>A condition.</summary>
    public static Condition Of(string type, bool status, string reason, string message) => new(type, status ? "True" : "False", reason, message);

    /// <summary>The default of an array that JSON left out, as an empty one.</summary>
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
