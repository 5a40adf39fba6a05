using System.Collections.Immutable;

namespace Overlay.Cli.Trace;

/// <summary>One of the eleven steps of a packet's way.</summary>
/// <param name="Number">1 to 11; <c>6-8</c> is the underlay.</param>
/// <param name="Where">The place.</param>
/// <param name="What">What happens there.</param>
/// <param name="Proof">The kernel's objects, counters or bytes that show it; of files what they imply.</param>
/// <param name="Happened">Whether that shows that it happened as it should; null: nobody looked (from files alone).</param>
internal sealed record TraceStep(string Number, string Where, string What, ImmutableArray<string> Proof, bool? Happened);
