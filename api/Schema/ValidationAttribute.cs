namespace Overlay.Api.Schema;

/// <summary>
/// A rule in the Common Expression Language that the API server checks on each write (<c>x-kubernetes-validations</c>).
/// A rule that names <c>oldSelf</c> is checked on updates only.
/// </summary>
/// <param name="rule">The expression; <c>self</c> is the annotated object or field. CIDR functions need Kubernetes 1.31.</param>
/// <param name="message">What the user reads when it is false: what is wrong, and what to do.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ValidationAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the user reads when the rule is false.</summary>
    public string Message { get; } = message;

    /// <summary>Whether <c>self</c> is each item of the annotated list, not the list.</summary>
    public bool OnItems { get; init; }
}
