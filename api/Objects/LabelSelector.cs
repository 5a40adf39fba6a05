using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Schema;

namespace Overlay.Api.Objects;

/// <summary>Selects objects by labels (meta/v1 LabelSelector). Empty selects everything; null selects nothing.</summary>
public sealed record LabelSelector
{
    /// <summary>Keys that must have exactly these values.</summary>
    [Items(20)]
    [Text(TextAttribute.LabelValueLength)]
    public ImmutableSortedDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Requirements that must all hold.</summary>
    [Items(20)]
    public ImmutableArray<LabelSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>One requirement of a <see cref="LabelSelector"/>.</summary>
/// <param name="Key">The label key.</param>
/// <param name="Operator">How the key's value relates to <see cref="Values"/>.</param>
[Validation(
    "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
    "In and NotIn need at least one value, Exists and DoesNotExist take none")]
public sealed record LabelSelectorRequirement(
    [property: Text(TextAttribute.LabelKeyLength, MinLength = 1, Pattern = TextAttribute.LabelKey)] string Key,
    LabelOperator Operator)
{
    /// <summary>At least one for In and NotIn, none for Exists and DoesNotExist.</summary>
    [Items(100)]
    [Text(TextAttribute.LabelValueLength)]
    public ImmutableArray<string>? Values { get; init; }
}

/// <summary>Kubernetes' set operators on labels. A missing key satisfies NotIn and DoesNotExist.</summary>
[JsonConverter(typeof(LenientEnumConverter<LabelOperator>))]
public enum LabelOperator
{
    /// <summary>The key is there and its value is one of the list.</summary>
    In,

    /// <summary>The key is missing, or its value is none of the list.</summary>
    NotIn,

    /// <summary>The key is there.</summary>
    Exists,

    /// <summary>The key is missing.</summary>
    DoesNotExist,
}
