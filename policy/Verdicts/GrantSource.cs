using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>How wide a grant's source is.</summary>
public enum GrantSourceKind
{
    /// <summary>The pods of one workload, by its tag; or the pods that nobody knows, by tag 2.</summary>
    Tag,

    /// <summary>Any pod with a workload's tag (16 or above; mark bit P), not one whose tag is unknown.</summary>
    AnyPod,

    /// <summary>Whoever is no pod with a workload's tag: outside, nodes, pods of unknown tag.</summary>
    Outsider,

    /// <summary>Everybody: outsiders, and any pod as well.</summary>
    Anyone,
}

/// <summary>Who is granted something.</summary>
/// <param name="Kind">How wide.</param>
/// <param name="Tag">The tag, for <see cref="GrantSourceKind.Tag"/>; else 0.</param>
public readonly record struct GrantSource(GrantSourceKind Kind, Tag Tag) : IComparable<GrantSource>
{
    /// <summary>Any pod with a workload's tag.</summary>
    public static readonly GrantSource AnyPod = new(GrantSourceKind.AnyPod, default);

    /// <summary>Whoever is no pod with a workload's tag.</summary>
    public static readonly GrantSource Outsider = new(GrantSourceKind.Outsider, default);

    /// <summary>Everybody.</summary>
    public static readonly GrantSource Anyone = new(GrantSourceKind.Anyone, default);

    /// <summary>The pods of one workload.</summary>
    /// <param name="tag">Its tag.</param>
    public static GrantSource Of(Tag tag) => new(GrantSourceKind.Tag, tag);

    /// <inheritdoc />
    public int CompareTo(GrantSource other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : Tag.CompareTo(other.Tag);

    /// <summary><c>tag 42</c>, <c>any pod</c>, <c>outsiders</c> or <c>anyone</c>.</summary>
    public override string ToString() =>
        Kind switch
        {
            GrantSourceKind.Tag => $"tag {Tag}",
            GrantSourceKind.AnyPod => "any pod",
            GrantSourceKind.Outsider => "outsiders",
            _ => "anyone",
        };

    /// <summary>Orders tags by number before any pod before outsiders before anyone.</summary>
    public static bool operator <(GrantSource left, GrantSource right) => left.CompareTo(right) < 0;

    /// <summary>Orders tags by number before any pod before outsiders before anyone.</summary>
    public static bool operator >(GrantSource left, GrantSource right) => left.CompareTo(right) > 0;

    /// <summary>Orders tags by number before any pod before outsiders before anyone.</summary>
    public static bool operator <=(GrantSource left, GrantSource right) => left.CompareTo(right) <= 0;

    /// <summary>Orders tags by number before any pod before outsiders before anyone.</summary>
    public static bool operator >=(GrantSource left, GrantSource right) => left.CompareTo(right) >= 0;
}
