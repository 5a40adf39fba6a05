using System.Collections.Immutable;

namespace Overlay.Conformance.Data;

/// <summary>One case: steps that change a cluster, and what must connect after each.</summary>
public sealed record ConformanceCase
{
    /// <summary>Its id, unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>The feature families it is about.</summary>
    public ImmutableArray<string> Focus { get; init; } = [];

    /// <summary>What it needs: <c>ipv6</c>, <c>external</c>, <c>hostNetwork</c>, <c>addressReuse</c>.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>How its expectations depend on addresses.</summary>
    public required Addressing Addressing { get; init; }

    /// <summary><c>drop</c>: what must not connect must be silently dropped; a refusal is wrong.</summary>
    public string? DenyMode { get; init; }

    /// <summary>The id of the environment it starts from.</summary>
    public required string Environment { get; init; }

    /// <summary>The steps; state carries over.</summary>
    public required ImmutableArray<ConformanceStep> Steps { get; init; }

    /// <summary>Whether silence alone counts as denied.</summary>
    public bool WantsSilence => string.Equals(DenyMode, "drop", StringComparison.Ordinal);
}

/// <summary>How expectations depend on pods' addresses.</summary>
public enum Addressing
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Only single-address templates: they hold for any addresses.</summary>
    Exact,

    /// <summary>Wider templates: they hold for the reference addresses.</summary>
    Range,

    /// <summary>CIDRs written out, that fit the reference plan alone.</summary>
    Literal,
}

/// <summary>One step: its actions in order, then the matrix must hold.</summary>
public sealed record ConformanceStep
{
    /// <summary>What changes.</summary>
    public required ImmutableArray<StepAction> Actions { get; init; }

    /// <summary>What must then connect.</summary>
    public required Expectation Expect { get; init; }
}
