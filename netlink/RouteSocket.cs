using Overlay.Netlink.Sockets;

namespace Overlay.Netlink;

/// <summary>
/// rtnetlink: links, addresses, routes, neighbours and forwarding entries of one network namespace. Thread-safe; each call is one
/// round trip of some microseconds that never waits for the network.
/// </summary>
public sealed partial class RouteSocket : IDisposable
{
    private readonly NetlinkConnection connection;

    private readonly NetworkNamespace? inside;

    private RouteSocket(NetlinkConnection connection, NetworkNamespace? inside) => (this.connection, this.inside) = (connection, inside);

    /// <summary>Opens a socket.</summary>
    /// <param name="inside">The namespace to open it in, where it stays; null: this process' own. The caller keeps it open as long as the socket.</param>
    public static RouteSocket Open(NetworkNamespace? inside = null) =>
        new(NetlinkConnection.Open(NetlinkSocket.ProtocolRoute, inside), inside);

    /// <summary>Sends all changes of a batch, in order; those that are refused do not stop the others.</summary>
    /// <exception cref="NetlinkException">Something was refused; <see cref="NetlinkException.Failures"/> has all refusals.</exception>
    public void Apply(RouteBatch batch)
    {
        if (TryApply(batch) is { Count: > 0 } failures)
        {
            throw NetlinkException.OfBatch(failures);
        }
    }

    /// <summary>Sends all changes of a batch, in order; those that are refused do not stop the others.</summary>
    /// <returns>The refusals; empty if all is well.</returns>
    public IReadOnlyList<NetlinkException> TryApply(RouteBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return connection.Execute(batch.Requests);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        connection.Dispose();
        ethernet?.Dispose();
    }

    private void Apply(Func<RouteBatch, RouteBatch> change) => Apply(change(new RouteBatch()));
}
