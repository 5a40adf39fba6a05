namespace Overlay.Api.Schema;

/// <summary>
/// Bounds a text, or each text in the annotated list or map. The length bound also keeps the estimated cost of
/// <see cref="ValidationAttribute">rules</see> within what an API server accepts.
/// </summary>
/// <param name="maxLength">The most characters.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int maxLength) : Attribute
{
    /// <summary>A label key: an optional DNS prefix of 253, a slash, a name of 63.</summary>
    public const int LabelKeyLength = 317;

    /// <summary>The form of a label key.</summary>
    public const string LabelKey = @"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    /// <summary>A label value, a namespace name.</summary>
    public const int LabelValueLength = 63;

    /// <summary>The longest CIDR text: an IPv6 address of 39 characters, a slash, three digits.</summary>
    public const int CidrLength = 43;

    /// <summary>The most characters.</summary>
    public int MaxLength { get; } = maxLength;

    /// <summary>The fewest characters.</summary>
    public int MinLength { get; init; }

    /// <summary>A regular expression (RE2) that the text must match; anchor it.</summary>
    public string? Pattern { get; init; }
}
