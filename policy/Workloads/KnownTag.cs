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

    /// <summary>
    /// Reads tags. Numbers that no workload may have are passed over. A number that two objects claim can't happen while names are numbers;
    /// if it does, nobody can tell whose packets carry it, so it counts as at rest: no grant, no pod gets it.
    /// </summary>
    /// <param name="tags">The objects.</param>
    /// <param name="before">What was read last time: an object that is the same is not read again.</param>
    public static Dictionary<Tag, KnownTag> Read(IEnumerable<WorkloadTag> tags, IReadOnlyDictionary<Tag, KnownTag>? before = null)
    {
        var read = new Dictionary<Tag, KnownTag>();
        foreach (var tag in tags)
        {
            var spec = tag.Spec;
            if (spec.Tag < Tag.FirstWorkload.Value || spec.Tag > Tag.LastWorkload.Value)
            {
                continue;
            }

            var number = new Tag((ushort)spec.Tag);
            var claimed = read.ContainsKey(number);
            var active = tag.Status?.Phase != AllocationPhase.Released && !claimed;
            read[number] =
                !claimed && before is not null && before.TryGetValue(number, out var known) && known.Comes(tag) && known.Active == active
                    ? known
                    : new KnownTag(number, spec.Namespace, WorkloadLabels.Normalize(spec.Keys), spec.Labels, active, tag);
        }

        return read;
    }

    private bool Comes(WorkloadTag from) => ReferenceEquals(source, from);
}
