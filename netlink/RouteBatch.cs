using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

/// <summary>
/// Changes to links, addresses, routes, neighbours and forwarding entries that go to the kernel in one send. Writing one is pure.
/// Removals count as done where the object is gone already.
/// </summary>
public sealed partial class RouteBatch
{
    /// <summary>How many changes it holds.</summary>
    public int Count => Requests.Count;

    internal RequestList Requests { get; } = new();
}
