using System.Net.Sockets;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.Conntrack;

/// <summary>The connection table of one network namespace. Thread-safe.</summary>
public sealed class ConntrackSocket : IDisposable
{
    private readonly NetlinkConnection netlink;

    private ConntrackSocket(NetlinkConnection netlink) => this.netlink = netlink;

    /// <summary>Opens a socket.</summary>
    /// <param name="inside">The namespace to open it in, where it stays; null: this process' own.</param>
    public static ConntrackSocket Open(NetworkNamespace? inside = null) =>
        new(NetlinkConnection.Open(NetlinkSocket.ProtocolNetfilter, inside));

    /// <summary>The connections whose mark, under the mask, is this; the kernel sorts them out.</summary>
    /// <param name="mark">The wanted bits.</param>
    /// <param name="mask">Which bits count; 0: all connections.</param>
    /// <param name="family">IPv4 or IPv6; null: both.</param>
    public IReadOnlyList<Connection> Connections(uint mark = 0, uint mask = 0, AddressFamily? family = null)
    {
        var list = new RequestList();
        list.Begin(ConnectionMessages.Get, MessageFlags.None, "list", "connections");
        NetfilterMessage.WriteHeader(list.Writer, Family.Of(family));
        if (mask != 0)
        {
            ConnectionMessages.WriteMarkFilter(list.Writer, mark & mask, mask);
        }

        list.End();
        return netlink.Dump(list, message => ConnectionMessages.Parse(message) is { } found && (found.Mark & mask) == (mark & mask) ? found : null);
    }

    /// <summary>Forgets connections; those already forgotten count as done. The next packet of one is looked at as a first.</summary>
    /// <exception cref="NetlinkException">The kernel refused some; <see cref="NetlinkException.Failures"/> has all.</exception>
    public void Delete(IEnumerable<Connection> connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        var list = new RequestList();
        foreach (var connection in connections)
        {
            list.Begin(ConnectionMessages.Delete, MessageFlags.None, "delete connection", connection, missingIsFine: true);
            ConnectionMessages.WriteIdentity(list.Writer, connection);
            list.End();
        }

        if (netlink.Execute(list) is { Count: > 0 } failures)
        {
            throw NetlinkException.OfBatch(failures);
        }
    }

    /// <inheritdoc />
    public void Dispose() => netlink.Dispose();
}
