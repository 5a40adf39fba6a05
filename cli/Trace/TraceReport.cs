using System.Collections.Immutable;

namespace Overlay.Cli.Trace;

/// <summary>A packet's way, and what policy says of it.</summary>
/// <param name="Source">Who opened the connection.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Port">By which protocol and port.</param>
/// <param name="Allowed">Whether policy allows it.</param>
/// <param name="Outcome">What the connection met; null: none was opened (from files alone).</param>
/// <param name="Passed">Whether the connection came through to the pod; null: none was opened, or a datagram without an answer can not tell.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Notes">What a reader must know besides.</param>
internal sealed record TraceReport(string Source, string Destination, string Port, bool Allowed, string? Outcome, bool? Passed, ImmutableArray<TraceStep> Steps, ImmutableArray<string> Notes)
{
    /// <summary>Whether what was seen is what policy says, each step of it.</summary>
    public bool Agrees => Steps.All(step => step.Happened != false) && (Passed is not { } passed || passed == Allowed);
}
