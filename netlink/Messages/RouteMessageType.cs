namespace Overlay.Netlink.Messages;

/// <summary>Message types of rtnetlink (linux/rtnetlink.h).</summary>
internal static class RouteMessageType
{
    internal const ushort NewLink = 16;
    internal const ushort DeleteLink = 17;
    internal const ushort GetLink = 18;
    internal const ushort SetLink = 19;
    internal const ushort NewAddress = 20;
    internal const ushort DeleteAddress = 21;
    internal const ushort GetAddress = 22;
    internal const ushort NewRoute = 24;
    internal const ushort DeleteRoute = 25;
    internal const ushort GetRoute = 26;
    internal const ushort NewNeighbour = 28;
    internal const ushort DeleteNeighbour = 29;
    internal const ushort GetNeighbour = 30;
    internal const ushort NewQdisc = 36;
    internal const ushort DeleteQdisc = 37;
    internal const ushort GetQdisc = 38;
    internal const ushort NewFilter = 44;
    internal const ushort GetFilter = 46;
}
