namespace Overlay.Netlink;

/// <summary>
/// An intermediate functional block to create: what is redirected into it passes its queueing discipline and goes on where it came from, so that what a
/// device receives can be shaped.
/// </summary>
/// <param name="Name">Its name, at most 15 characters.</param>
public sealed record IfbDevice(string Name)
{
    /// <summary>Whether it is set up at once.</summary>
    public bool Up { get; init; } = true;

    /// <summary>Its name.</summary>
    public override string ToString() => $"ifb {Name}";
}
