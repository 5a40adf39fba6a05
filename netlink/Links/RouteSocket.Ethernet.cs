using Overlay.Netlink.Links;
using Overlay.Netlink.Native;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    private FileDescriptor? ethernet;

    /// <summary>
    /// Whether a device leaves checksums of what it sends to somebody below. Broken for VXLAN on some kernels (before 5.7) and network cards:
    /// then packets vanish at the receiver, and switching it off helps.
    /// </summary>
    public bool GetChecksumOffload(string link) => EthernetFeature.GetChecksumOffload(Ethernet(), link);

    /// <summary>Switches checksum offload; with it off, segmentation offload goes off too.</summary>
    /// <exception cref="NetlinkException">ENODEV: no such device. EOPNOTSUPP: it can not be switched.</exception>
    public void SetChecksumOffload(string link, bool enabled) => EthernetFeature.SetChecksumOffload(Ethernet(), link, enabled);

    /// <summary>An ioctl acts on the namespace of the socket it is made on, so this one is opened where we are.</summary>
    private FileDescriptor Ethernet()
    {
        if (ethernet is { } opened)
        {
            return opened;
        }

        opened = inside is null ? EthernetFeature.OpenSocket() : inside.Run(EthernetFeature.OpenSocket);
        if (Interlocked.CompareExchange(ref ethernet, opened, null) is not { } other)
        {
            return opened;
        }

        opened.Dispose();
        return other;
    }
}
