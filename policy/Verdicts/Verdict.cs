namespace Overlay.Policy;

/// <summary>What the table says of one packet.</summary>
/// <param name="Allowed">Whether it passes.</param>
/// <param name="Because">The rules that allow it; none when denied, or when nothing isolates.</param>
public readonly record struct Verdict(bool Allowed, Reasons Because)
{
    /// <summary>No grant covers it.</summary>
    public static readonly Verdict Denied = new(false, Reasons.None);

    /// <summary>Nothing isolates the destination (or, for exits, the source).</summary>
    public static readonly Verdict Open = new(true, Reasons.None);
}
