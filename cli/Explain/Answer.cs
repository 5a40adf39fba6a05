using System.Collections.Immutable;
using Overlay.Cli.Explain.Kernel;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>What <c>kubectl overlay explain</c> tells: the whole answer as a value, for text and JSON alike.</summary>
internal sealed record Answer
{
    /// <summary>Who opens the connection.</summary>
    public required string Source { get; init; }

    /// <summary>To whom.</summary>
    public required string Destination { get; init; }

    /// <summary>The protocol; null: one without ports.</summary>
    public required IpProtocol? Protocol { get; init; }

    /// <summary>The destination's port; null: none.</summary>
    public required int? Port { get; init; }

    /// <summary>Whether it passes.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why it passes before policy is asked; null: policy decides.</summary>
    public string? BeforePolicy { get; init; }

    /// <summary>The tag that the destination judges by; null: policy is not asked, or the files do not tell the number.</summary>
    public int? SourceTag { get; init; }

    /// <summary>The workload that the tag stands for, as <c>app=front</c>; null: it stands for none.</summary>
    public string? SourceWorkload { get; init; }

    /// <summary>What the source's side says; null: policy is not asked.</summary>
    public SideAnswer? Egress { get; init; }

    /// <summary>What the destination's side says; null: policy is not asked.</summary>
    public SideAnswer? Ingress { get; init; }

    /// <summary>What the kernel of the node that judges says; null: it was not asked.</summary>
    public KernelAnswer? Kernel { get; init; }

    /// <summary>What a reader must know besides.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>What one side says.</summary>
/// <param name="Allowed">Whether it allows the connection.</param>
/// <param name="Isolated">Whether only what is granted is allowed.</param>
/// <param name="IsolatedBy">The policies that isolate it.</param>
/// <param name="AllowedBy">The rules that allow the connection.</param>
/// <param name="DeniedBy">The rules that deny it; none where nothing allows it.</param>
/// <param name="Text">The same in a sentence.</param>
internal sealed record SideAnswer(bool Allowed, bool Isolated, ImmutableArray<string> IsolatedBy, ImmutableArray<string> AllowedBy, ImmutableArray<string> DeniedBy, string Text)
{
    /// <summary>From the explainer's.</summary>
    public static SideAnswer Of(DirectionVerdict verdict) =>
        new(
            verdict.Allowed,
            verdict.Isolated,
            [.. verdict.IsolatedBy.Select(policy => policy.ToString())],
            verdict.Allowed ? [.. verdict.Because.Rules.Select(rule => rule.ToString())] : [],
            verdict.Allowed ? [] : [.. verdict.Because.Rules.Select(rule => rule.ToString())],
            verdict.Text
        );
}
