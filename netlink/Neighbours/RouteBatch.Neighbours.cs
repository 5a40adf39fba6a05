using Overlay.Netlink.Messages;
using Overlay.Netlink.Neighbours;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a neighbour or changes the one of this address.</summary>
    public RouteBatch ReplaceNeighbour(Neighbour neighbour) =>
        Put(RouteMessageType.NewNeighbour, CreateOrReplace, "replace neighbour", neighbour, NeighbourMessages.Write);

    /// <summary>Removes a neighbour.</summary>
    public RouteBatch DeleteNeighbour(Neighbour neighbour) => Remove(RouteMessageType.DeleteNeighbour, "delete neighbour", neighbour, NeighbourMessages.Write);
}
