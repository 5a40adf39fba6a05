using System.Collections.Immutable;
using Overlay.Api.Subnets;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>What is known of the pods behind a tag: its namespace and the labels it records.</summary>
/// <param name="tag">The number.</param>
/// <param name="ns">The namespace.</param>
/// <param name="keys">Every recorded key, sorted.</param>
/// <param name="labels">The recorded values.</param>
/// <param name="active">Whether it is in use: one at rest gets no grant.</param>
/// <param name="source">The object that says so; null: none.</param>
internal sealed class KnownTag(Tag tag, string ns, ImmutableArray<string> keys, ImmutableSortedDictionary<string, string> labels, bool active, WorkloadTag? source = null)
{
    public Tag Tag => tag;
    public string Namespace => ns;
    public ImmutableArray<string> Keys => keys;
    public ImmutableSortedDictionary<string, string> Labels => labels;
    public bool Active => active;
    public WorkloadTag? Source => source;

    /// <summary>Whether the tag says anything of this key, be it that the pods lack it.</summary>
    public bool Records(string key)
    {
        foreach (var recorded in keys)
        {
            if (string.Equals(recorded, key, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The recorded value; null: recorded as absent, or not recorded.</summary>
    public string? Value(string key) => labels.TryGetValue(key, out var value) ? value : null;

    /// <summary>The number that an object claims; null: one that no workload may have.</summary>
    public static Tag? NumberOf(WorkloadTag tag) => tag.Spec.Tag >= Tag.FirstWorkload.Value && tag.Spec.Tag <= Tag.LastWorkload.Value ? new Tag((ushort)tag.Spec.Tag) : null;

    /// <summary>
    /// Reads an object. A number that two objects claim can't happen while names are numbers; if it does, nobody can tell whose packets carry it, so it counts as at
    /// rest: no grant, no pod gets it.
    /// </summary>
    /// <param name="tag">The object.</param>
    /// <param name="number">Its number.</param>
    /// <param name="isContested">Whether others claim it too.</param>
    public static KnownTag Read(WorkloadTag tag, Tag number, bool isContested) =>
        new(number, tag.Spec.Namespace, WorkloadLabels.Normalize(tag.Spec.Keys), tag.Spec.Labels, tag.Status?.Phase != AllocationPhase.Released && !isContested, tag);
}
