namespace Overlay.Lab.Way;

/// <summary>One of the eleven steps of a packet's way, with what proves it.</summary>
/// <param name="Number">As the design counts: 1 to 11, <c>6-8</c> for the underlay.</param>
/// <param name="Where">The place.</param>
/// <param name="What">What happens there.</param>
/// <param name="Proof">The kernel object, counter or bytes, as the kernel shows them.</param>
/// <param name="Happened">Whether the proof shows that it happened as it should.</param>
public sealed record WayStep(string Number, string Where, string What, IReadOnlyList<string> Proof, bool Happened);
