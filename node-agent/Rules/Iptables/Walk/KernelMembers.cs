using System.Net;
using Overlay.Netlink;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>The ipsets as the kernel has them, asked by netlink: whether something is in a set the kernel itself says, as it does for packets.</summary>
/// <param name="socket">The kernel's ipsets; the caller's.</param>
internal sealed class KernelMembers(IpSetSocket socket) : ISetMembers
{
    private readonly Dictionary<string, IReadOnlyList<IpSetElement>> read = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public bool? Has(string set, IPAddress address, string? device)
    {
        try
        {
            return socket.Has(set, IpSetElement.Of(address, device));
        }
        catch (NetlinkException)
        {
            // A set of another type, or one that went a moment ago.
            return null;
        }
    }

    /// <inheritdoc />
    public IpSetElement? Element(string set, IPAddress address, string? device)
    {
        try
        {
            if (!read.TryGetValue(set, out var elements))
            {
                read[set] = elements = socket.Elements(set);
            }

            return elements.Where(element => element.Device == device && element.Addresses.Contains(address)).MaxBy(element => element.Addresses.PrefixLength);
        }
        catch (NetlinkException)
        {
            return null;
        }
    }
}
