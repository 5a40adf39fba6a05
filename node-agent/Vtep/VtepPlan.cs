using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Vtep;

/// <summary>
/// What must change on the VTEP: one route a remote subnet, one neighbour a remote VTEP address, one forwarding entry a remote node.
/// A pure difference between the Subnets and the kernel's dump; everything on this device is ours, so what is not wanted goes.
/// </summary>
internal sealed record VtepPlan
{
    /// <summary>Addresses to add to and remove from the device.</summary>
    public ImmutableArray<InterfaceAddress> AddAddresses { get; private init; } = [];

    /// <inheritdoc cref="AddAddresses"/>
    public ImmutableArray<InterfaceAddress> RemoveAddresses { get; private init; } = [];

    /// <summary>Routes to write and to remove.</summary>
    public ImmutableArray<Route> AddRoutes { get; private init; } = [];

    /// <inheritdoc cref="AddRoutes"/>
    public ImmutableArray<Route> RemoveRoutes { get; private init; } = [];

    /// <summary>Neighbours to write and to remove.</summary>
    public ImmutableArray<Neighbour> AddNeighbours { get; private init; } = [];

    /// <inheritdoc cref="AddNeighbours"/>
    public ImmutableArray<Neighbour> RemoveNeighbours { get; private init; } = [];

    /// <summary>Forwarding entries to write and to remove.</summary>
    public ImmutableArray<ForwardingEntry> AddForwarding { get; private init; } = [];

    /// <inheritdoc cref="AddForwarding"/>
    public ImmutableArray<ForwardingEntry> RemoveForwarding { get; private init; } = [];

    /// <summary>How many changes there are.</summary>
    public int Count =>
        AddAddresses.Length + RemoveAddresses.Length + AddRoutes.Length + RemoveRoutes.Length
        + AddNeighbours.Length + RemoveNeighbours.Length + AddForwarding.Length + RemoveForwarding.Length;

    /// <summary>Computes the difference.</summary>
    /// <param name="vtep">The device.</param>
    /// <param name="own">This node's VTEP addresses: the first of each of its subnets.</param>
    /// <param name="nodes">The other nodes.</param>
    /// <param name="kernel">What the kernel has.</param>
    public static VtepPlan Of(LinkIndex vtep, IReadOnlyCollection<IPAddress> own, IReadOnlyCollection<RemoteNode> nodes, VtepKernel kernel)
    {
        var addresses = own.Select(a => new InterfaceAddress(vtep, a, a.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        {
            NoDuplicateDetection = a.AddressFamily == AddressFamily.InterNetworkV6,
        });
        var routes = nodes.SelectMany(n => n.Subnets.Select(s => Route.Through(s.Network, s.Vtep, vtep, onLink: true)));
        var neighbours = nodes.SelectMany(n => n.Subnets.Select(s => new Neighbour(vtep, s.Vtep, n.Mac)));
        var forwarding = nodes.Select(n => new ForwardingEntry(vtep, n.Mac, n.Underlay));

        var (addAddresses, removeAddresses) = Difference(
            own.Count,
            addresses,
            kernel.Addresses.Where(a => !IsLinkLocal(a.Address)),
            a => a.Address,
            (wanted, there) => wanted.PrefixLength == there.PrefixLength
        );
        var (addRoutes, removeRoutes) = Difference(
            nodes.Count,
            routes,
            kernel.Routes.Where(IsJudged),
            r => r.Destination,
            (wanted, there) => (wanted.Via, wanted.Protocol).Equals((there.Via, there.Protocol))
        );
        var (addNeighbours, removeNeighbours) = Difference(
            nodes.Count,
            neighbours,
            kernel.Neighbours.Where(n => !IsKernels(n)),
            n => n.Address,
            (wanted, there) => (wanted.MacAddress, wanted.State).Equals((there.MacAddress, there.State))
        );
        var (addForwarding, removeForwarding) = Difference(
            nodes.Count,
            forwarding,
            kernel.Forwarding,
            f => f.MacAddress,
            (wanted, there) => Equals(wanted.Remote, there.Remote)
        );
        return new VtepPlan
        {
            AddAddresses = addAddresses,
            RemoveAddresses = removeAddresses,
            AddRoutes = addRoutes,
            RemoveRoutes = removeRoutes,
            AddNeighbours = addNeighbours,
            RemoveNeighbours = removeNeighbours,
            AddForwarding = addForwarding,
            RemoveForwarding = removeForwarding,
        };
    }

    /// <summary>The plan as one batch; the new before the old, so that nothing is missing in between.</summary>
    public RouteBatch ToBatch()
    {
        var batch = new RouteBatch();
        foreach (var address in AddAddresses)
            batch.ReplaceAddress(address);
        foreach (var entry in AddForwarding)
            batch.ReplaceForwardingEntry(entry);
        foreach (var neighbour in AddNeighbours)
            batch.ReplaceNeighbour(neighbour);
        foreach (var route in AddRoutes)
            batch.ReplaceRoute(route);
        foreach (var route in RemoveRoutes)
            batch.DeleteRoute(route);
        foreach (var neighbour in RemoveNeighbours)
            batch.DeleteNeighbour(neighbour);
        foreach (var entry in RemoveForwarding)
            batch.DeleteForwardingEntry(entry);
        foreach (var address in RemoveAddresses)
            batch.DeleteAddress(address);
        return batch;
    }

    /// <summary>
    /// What to write (missing, or different under the same key) and what to remove (nobody wants its key any more). An entry that is
    /// only different is replaced by writing the new one.
    /// </summary>
    /// <remarks>One table of the right size for each kind, and what the kernel has is looked at as it is read: there may be thousands, again and again.</remarks>
    private static (ImmutableArray<T> Add, ImmutableArray<T> Remove) Difference<T, TKey>(
        int count,
        IEnumerable<T> desired,
        IEnumerable<T> actual,
        Func<T, TKey> key,
        Func<T, T, bool> isAsWanted
    )
        where TKey : notnull
    {
        var wanted = new Dictionary<TKey, (T Item, bool IsThere)>(count);
        foreach (var item in desired)
            wanted.TryAdd(key(item), (item, false));
        var remove = ImmutableArray.CreateBuilder<T>();
        foreach (var item in actual)
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(wanted, key(item));
            if (Unsafe.IsNullRef(ref found))
                remove.Add(item);
            else
                found.IsThere |= isAsWanted(found.Item, item);
        }

        return ([.. wanted.Values.Where(w => !w.IsThere).Select(w => w.Item)], remove.ToImmutable());
    }

    /// <summary>Routes that the kernel makes by itself (fe80::/64, multicast) are no concern of ours.</summary>
    private static bool IsJudged(Route route) =>
        route.Type == RouteType.Unicast && route.Protocol != RouteProtocol.Kernel && !IsLinkLocal(route.Destination.BaseAddress) && !IsMulticast(route.Destination.BaseAddress);

    /// <summary>Entries for multicast and broadcast, and those that resolution made and drops again, are the kernel's.</summary>
    private static bool IsKernels(Neighbour n) => IsMulticast(n.Address) || (n.State & NeighbourState.Permanent) == 0;

    private static bool IsLinkLocal(IPAddress a) => a.IsIPv6LinkLocal;

    private static bool IsMulticast(IPAddress a) =>
        a.AddressFamily == AddressFamily.InterNetwork ? a.GetAddressBytes()[0] >= 224 : a.IsIPv6Multicast;
}
