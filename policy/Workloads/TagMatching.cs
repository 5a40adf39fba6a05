using Overlay.Api.Wire;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>Which tag a pod gets: that of its namespace, Active, whose recorded keys all match its labels exactly.</summary>
/// <remarks>
/// Tags of one namespace that record the same keys share one table from the values to the lowest number. A namespace has as many such tables as
/// key sets were in force there lately, one or two; so a match costs one or two look-ups, however many tags there are.
/// </remarks>
public sealed class TagMatching
{
    private readonly TagIndex _tags;

    /// <summary>By an index that somebody keeps.</summary>
    internal TagMatching(TagIndex tags) => _tags = tags;

    /// <summary>Indexes tags by namespace and recorded labels.</summary>
    /// <param name="tags">All tags; Released ones and numbers that no workload may have are passed over.</param>
    public static TagMatching Of(IEnumerable<WorkloadTag> tags)
    {
        var index = new TagIndex();
        index.Update([.. tags.Select(tag => new TagChange(null, tag))]);
        return new TagMatching(index);
    }

    /// <summary>The tag of a pod. Most keys win (they know the pod best), then the lowest number.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="labels">All its labels.</param>
    /// <returns>The tag, or <see cref="Tag.UnknownPod"/> when none matches.</returns>
    public Tag Match(string ns, IReadOnlyDictionary<string, string> labels) => _tags.Match(ns, labels);
}
