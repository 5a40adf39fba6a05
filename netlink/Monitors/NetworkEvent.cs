namespace Overlay.Netlink;

/// <summary>Something that happened to the namespace's links, addresses, routes, neighbours or forwarding entries.</summary>
/// <param name="Removed">Whether it is gone; else it is new or changed.</param>
public abstract record NetworkEvent(bool Removed)
{
    /// <summary>A link.</summary>
    /// <param name="Link">The link, as it is now or was last.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public sealed record OfLink(Link Link, bool Removed) : NetworkEvent(Removed);

    /// <summary>An address.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public sealed record OfAddress(InterfaceAddress Address, bool Removed) : NetworkEvent(Removed);

    /// <summary>A route. A link going down takes its IPv4 routes with it without an event of their own.</summary>
    /// <param name="Route">The route.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public sealed record OfRoute(Route Route, bool Removed) : NetworkEvent(Removed);

    /// <summary>A neighbour.</summary>
    /// <param name="Neighbour">The neighbour.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public sealed record OfNeighbour(Neighbour Neighbour, bool Removed) : NetworkEvent(Removed);

    /// <summary>A forwarding entry.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public sealed record OfForwardingEntry(ForwardingEntry Entry, bool Removed) : NetworkEvent(Removed);

    /// <summary>Events were lost, since they came faster than they were read: look at everything anew.</summary>
    public sealed record Overrun() : NetworkEvent(Removed: false);
}
