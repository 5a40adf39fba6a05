using System.Collections.Immutable;
using Overlay.Conformance.Data;

namespace Overlay.Conformance.Playing;

/// <summary>What became of a case.</summary>
/// <param name="Suite">Its suite.</param>
/// <param name="Id">Its id.</param>
public sealed record CaseResult(string Suite, string Id)
{
    /// <summary>How many cells were tried.</summary>
    public int Cells { get; init; }

    /// <summary>The wrong ones.</summary>
    public ImmutableArray<WrongCell> Wrong { get; init; } = [];

    /// <summary>Why it was not played; null: it was.</summary>
    public string? Skipped { get; init; }

    /// <summary>What kept it from being played to its end, if anything did.</summary>
    public string? Broken { get; init; }

    /// <summary>Whether it was played and all was right.</summary>
    public bool Passed => Skipped is null && Broken is null && Wrong.IsEmpty;

    /// <summary>Whether it was played and something was wrong.</summary>
    public bool Failed => Skipped is null && !Passed;
}

/// <summary>A cell that came out wrong.</summary>
/// <param name="Case">The case's id.</param>
/// <param name="Step">The step, from 1.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Got">What was got instead.</param>
public sealed record WrongCell(string Case, int Step, Cell Cell, string Got)
{
    /// <summary>One line for people and scripts.</summary>
    public override string ToString() =>
        $"WRONG {Case} step {Step}: {Cell.From} -> {Cell.To} {Cell.Port} expected {(Cell.Open ? Expectation.Open : Expectation.Closed)} got {Got}";
}
