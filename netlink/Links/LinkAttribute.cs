namespace Overlay.Netlink.Links;

/// <summary>Attributes of a link (linux/if_link.h).</summary>
internal static class LinkAttribute
{
    internal const ushort Address = 1;
    internal const ushort Name = 3;
    internal const ushort Mtu = 4;
    internal const ushort Below = 5;
    internal const ushort Master = 10;
    internal const ushort TxQueueLength = 13;
    internal const ushort LinkInfo = 18;
    internal const ushort Alias = 20;
    internal const ushort Statistics = 23;
    internal const ushort Group = 27;
    internal const ushort NamespaceFile = 28;
    internal const ushort ExtendedMask = 29;
    internal const ushort BelowNamespaceId = 37;

    internal const ushort InfoKind = 1;
    internal const ushort InfoData = 2;

    internal const ushort VethPeer = 1;
}
