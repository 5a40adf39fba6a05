using System.Collections.Immutable;
using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>What somebody may do in one family, beside what his kind may.</summary>
/// <param name="Rights">What he may.</param>
/// <param name="Kind">What his kind may.</param>
/// <param name="Family">The family; null: both are alike.</param>
internal readonly record struct FamilyRights(Rights Rights, Rights Kind, AddressFamily? Family);

/// <summary>One tag's grants at one destination.</summary>
/// <param name="Grants">The grants, sorted.</param>
/// <param name="IsParticular">Whether the tag is judged by them alone: it may do less than its kind.</param>
internal sealed record TagGrants(ImmutableArray<Grant> Grants, bool IsParticular)
{
    /// <summary>A tag that may do more than its kind gets that besides; one that may do less is judged by its own grants alone; null: neither.</summary>
    public static TagGrants? Of(Tag tag, IReadOnlyList<FamilyRights> families)
    {
        var particular = families.Any(family => !family.Kind.Except(family.Rights).IsEmpty);
        var list = new List<Grant>();
        foreach (var family in families)
        {
            GrantList.Add(list, GrantSource.Of(tag), flagged: false, particular ? family.Rights : family.Rights.Except(family.Kind), family.Family);
        }

        return particular || list.Count > 0 ? new TagGrants(GrantList.Sort(list), particular) : null;
    }

    /// <summary>A restricted tag's, whose packets all count as flagged; null: none.</summary>
    public static TagGrants? Flagged(Tag tag, IReadOnlyList<FamilyRights> families)
    {
        var list = new List<Grant>();
        foreach (var family in families)
        {
            GrantList.Add(list, GrantSource.Of(tag), flagged: true, family.Rights, family.Family);
        }

        return list.Count > 0 ? new TagGrants(GrantList.Sort(list), false) : null;
    }
}
