using System.Collections.Immutable;
using System.Text;

namespace Overlay.Policy;

/// <summary>What of a pod's labels tells its workload: the values of some keys, as one text that compares fast.</summary>
public static class WorkloadLabels
{
    /// <summary>The keys sorted (ordinal), each once.</summary>
    /// <param name="keys">Keys in any order; default counts as none.</param>
    public static ImmutableArray<string> Normalize(ImmutableArray<string> keys)
    {
        if (keys.IsDefaultOrEmpty)
        {
            return [];
        }

        for (var i = 1; i < keys.Length; i++)
        {
            if (string.CompareOrdinal(keys[i - 1], keys[i]) >= 0)
            {
                return [.. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            }
        }

        return keys;
    }

    /// <summary>The labels under these keys as <c>app=front,tier=web</c>; keys that the labels lack don't appear.</summary>
    /// <param name="keys">The keys, sorted. Neither keys nor values can hold <c>=</c> or <c>,</c> (Kubernetes' label syntax).</param>
    /// <param name="labels">The labels.</param>
    public static string Text(ImmutableArray<string> keys, IReadOnlyDictionary<string, string> labels)
    {
        var text = new StringBuilder();
        foreach (var key in keys)
        {
            if (labels.TryGetValue(key, out var value))
            {
                text.Append(text.Length == 0 ? "" : ",").Append(key).Append('=').Append(value);
            }
        }

        return text.ToString();
    }
}
