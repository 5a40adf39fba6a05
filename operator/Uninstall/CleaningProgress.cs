using System.Collections.Immutable;
using Overlay.Kube.Core;

namespace Overlay.Operator.Uninstall;

/// <summary>How far the nodes are cleaned. Pure.</summary>
internal sealed record CleaningProgress
{
    /// <summary>Their cleaner is done.</summary>
    public required ImmutableSortedSet<string> Cleaned { get; init; }

    /// <summary>Their cleaner is at it, each with what it complains about; null: nothing yet.</summary>
    public required ImmutableSortedDictionary<string, string?> Busy { get; init; }

    /// <summary>Their kubelet has not been heard of for a while: nobody can clean them now.</summary>
    public required ImmutableSortedSet<string> Silent { get; init; }

    /// <summary>Whether nothing is left to wait for.</summary>
    public bool IsDone => Busy.IsEmpty;

    /// <summary>Looks.</summary>
    /// <param name="served">The nodes that had an agent.</param>
    /// <param name="nodes">All nodes that there are.</param>
    /// <param name="cleaners">The cleaners' pods.</param>
    public static CleaningProgress Of(IEnumerable<string> served, IReadOnlyCollection<Node> nodes, IReadOnlyCollection<OurPod> cleaners)
    {
        var known = nodes.ToDictionary(n => n.Metadata.Name, StringComparer.Ordinal);
        var pods = cleaners.Where(p => p.Spec.NodeName is not null).ToLookup(p => p.Spec.NodeName!, StringComparer.Ordinal);

        // A node that is gone takes what was on it along.
        var there = served.Where(known.ContainsKey).ToImmutableSortedSet(StringComparer.Ordinal);
        var cleaned = there.Where(n => pods[n].Any(p => p.HasCleaned())).ToImmutableSortedSet(StringComparer.Ordinal);
        var silent = there.Except(cleaned).Where(n => IsSilent(known[n])).ToImmutableSortedSet(StringComparer.Ordinal);
        return new CleaningProgress
        {
            Cleaned = cleaned,
            Silent = silent,
            Busy = there.Except(cleaned).Except(silent).ToImmutableSortedDictionary(n => n, n => pods[n].Select(p => p.Complaint()).FirstOrDefault(c => c is not null), StringComparer.Ordinal),
        };
    }

    /// <summary>NotReady alone is what a node becomes when its network is cleaned away: the kubelet says so itself. When it says nothing, the control plane writes Unknown.</summary>
    private static bool IsSilent(Node node) => (node.Status?.Conditions ?? []).Any(c => c is { Type: "Ready", Status: "Unknown" });
}
