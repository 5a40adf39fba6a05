using System.Collections.Immutable;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Policy;

namespace Overlay.Operator.Workloads;

/// <summary>What is to be done so that every workload of one namespace has its tag: desired minus actual.</summary>
internal sealed record TagPlan
{
    /// <summary>Workloads without a tag, as its spec shall be but for the number.</summary>
    public required ImmutableArray<WorkloadTagSpec> Missing { get; init; }

    /// <summary>
    /// Released tags of workloads that are back. Reviving is safe where reuse is not: the spec never changes, so whatever a lagging node still
    /// grants to the number it grants to this very workload; and reviving and deleting exclude each other by the object's version.
    /// </summary>
    public required ImmutableArray<WorkloadTag> Revivals { get; init; }

    /// <summary>Tags whose workload has no pod any more, or another tag.</summary>
    public required ImmutableArray<WorkloadTag> Releases { get; init; }

    /// <summary>Tags of old keys that pods still use: they go when every agent has the new ones.</summary>
    public required ImmutableArray<WorkloadTag> Superseded { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="keys">The keys in force there.</param>
    /// <param name="pods">The labels of its pods.</param>
    /// <param name="tags">Its tags, released ones too.</param>
    /// <param name="moved">Whether every agent knows the tags of the keys in force, so that others may go.</param>
    public static TagPlan Of(
        string ns,
        ImmutableArray<string> keys,
        IEnumerable<IReadOnlyDictionary<string, string>> pods,
        IEnumerable<WorkloadTag> tags,
        bool moved)
    {
        keys = WorkloadLabels.Normalize(keys);
        var labelSets = pods.ToArray();
        var wanted = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var labels in labelSets)
        {
            wanted.TryAdd(WorkloadLabels.Text(keys, labels), labels);
        }

        var served = new HashSet<string>(StringComparer.Ordinal);
        var releases = ImmutableArray.CreateBuilder<WorkloadTag>();
        var revivals = ImmutableArray.CreateBuilder<WorkloadTag>();
        var superseded = ImmutableArray.CreateBuilder<WorkloadTag>();
        var byNumber = tags.OrderBy(t => t.Spec.Tag).ToArray();
        foreach (var tag in byNumber.Where(t => !IsReleased(t)))
        {
            if (HasKeys(tag, keys))
            {
                var text = WorkloadLabels.Text(keys, tag.Spec.Labels);
                if (!wanted.ContainsKey(text) || !served.Add(text))
                {
                    releases.Add(tag);
                }
            }
            else if (moved || !IsUsed(tag, labelSets))
            {
                releases.Add(tag);
            }
            else
            {
                superseded.Add(tag);
            }
        }

        foreach (var tag in byNumber.Where(t => IsReleased(t) && HasKeys(t, keys)))
        {
            var text = WorkloadLabels.Text(keys, tag.Spec.Labels);
            if (wanted.ContainsKey(text) && served.Add(text))
            {
                revivals.Add(tag);
            }
        }

        return new TagPlan
        {
            Missing =
            [
                .. wanted.Where(w => !served.Contains(w.Key)).OrderBy(w => w.Key, StringComparer.Ordinal)
                    .Select(w => new WorkloadTagSpec { Namespace = ns, Keys = keys, Labels = Recorded(keys, w.Value) }),
            ],
            Revivals = revivals.ToImmutable(),
            Releases = releases.ToImmutable(),
            Superseded = superseded.ToImmutable(),
        };
    }

    /// <summary>Whether a tag rests.</summary>
    public static bool IsReleased(WorkloadTag tag) => tag.Status?.Phase == AllocationPhase.Released;

    /// <summary>Whether two tags stand for one workload.</summary>
    public static bool SameWorkload(WorkloadTagSpec left, WorkloadTagSpec right) =>
        string.Equals(left.Namespace, right.Namespace, StringComparison.Ordinal)
        && WorkloadLabels.Normalize(left.Keys).AsSpan().SequenceEqual(WorkloadLabels.Normalize(right.Keys).AsSpan())
        && left.Labels.SequenceEqual(right.Labels);

    /// <summary>Whether a tag records exactly these keys.</summary>
    public static bool HasKeys(WorkloadTag tag, ImmutableArray<string> keys) =>
        WorkloadLabels.Normalize(tag.Spec.Keys).AsSpan().SequenceEqual(keys.AsSpan());

    private static bool IsUsed(WorkloadTag tag, IEnumerable<IReadOnlyDictionary<string, string>> pods)
    {
        var keys = WorkloadLabels.Normalize(tag.Spec.Keys);
        var text = WorkloadLabels.Text(keys, tag.Spec.Labels);
        return pods.Any(p => string.Equals(WorkloadLabels.Text(keys, p), text, StringComparison.Ordinal));
    }

    private static ImmutableSortedDictionary<string, string> Recorded(ImmutableArray<string> keys, IReadOnlyDictionary<string, string> labels) =>
        keys.Where(labels.ContainsKey).ToImmutableSortedDictionary(k => k, k => labels[k], StringComparer.Ordinal);
}
