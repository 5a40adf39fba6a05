using Overlay.Netlink.Messages;
using Overlay.Netlink.Neighbours;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a neighbour or changes the one of this address.</summary>
    public RouteBatch ReplaceNeighbour(Neighbour neighbour)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        Requests.Begin(RouteMessageType.NewNeighbour, CreateOrReplace, "replace neighbour", neighbour);
        NeighbourMessages.Write(Requests.Writer, neighbour);
        return Done();
    }

    /// <summary>Removes a neighbour.</summary>
    public RouteBatch DeleteNeighbour(Neighbour neighbour)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        Requests.Begin(RouteMessageType.DeleteNeighbour, MessageFlags.None, "delete neighbour", neighbour, missingIsFine: true);
        NeighbourMessages.Write(Requests.Writer, neighbour);
        return Done();
    }
}
