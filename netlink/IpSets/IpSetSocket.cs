using Overlay.Netlink.Messages;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.IpSets;

/// <summary>The ipsets of one network namespace: elements come and go, sets are read. (Sets themselves are made by the program.) Thread-safe.</summary>
public sealed class IpSetSocket : IDisposable
{
    private readonly NetlinkConnection netlink;

    private IpSetSocket(NetlinkConnection netlink) => this.netlink = netlink;

    /// <summary>Opens a socket.</summary>
    /// <param name="inside">The namespace to open it in, where it stays; null: this process' own.</param>
    public static IpSetSocket Open(NetworkNamespace? inside = null) => new(NetlinkConnection.Open(NetlinkSocket.ProtocolNetfilter, inside));

    /// <summary>The names of all sets.</summary>
    public IReadOnlyList<string> Names() =>
        netlink.Dump(ListOf(null), message => IpSetMessages.NameOf(message)).Distinct(StringComparer.Ordinal).ToList();

    /// <summary>A set's elements.</summary>
    /// <param name="set">The set; it must be there.</param>
    /// <exception cref="NetlinkException">There is no such set.</exception>
    public IReadOnlyList<IpSetElement> Elements(string set)
    {
        ArgumentException.ThrowIfNullOrEmpty(set);
        return netlink.Dump<IpSetElement>(ListOf(set), IpSetMessages.Collect);
    }

    /// <summary>Whether the kernel finds an address, and device where the set has one beside each address, in a set, as it does for a packet.</summary>
    /// <exception cref="NetlinkException">There is no such set, or it holds other things.</exception>
    public bool Has(string set, IpSetElement element)
    {
        ArgumentException.ThrowIfNullOrEmpty(set);
        ArgumentNullException.ThrowIfNull(element);
        var list = new RequestList();
        list.Begin(IpSetMessages.Test, MessageFlags.None, "look up in set", $"{set}: {element}");
        IpSetMessages.WriteHeader(list.Writer, set);
        IpSetMessages.WriteElement(list.Writer, element, identityOnly: true);
        list.End();
        return netlink.Execute(list) switch
        {
            [] => true,
            [var failure] when (int)failure.Errno == IpSetMessages.IsNotThere => false,
            var failures => throw NetlinkException.OfBatch(failures),
        };
    }

    /// <summary>Adds elements, or gives those that are there what goes beside them. Each is in force at once, and on its own merits.</summary>
    /// <exception cref="NetlinkException">The kernel refused some; <see cref="NetlinkException.Failures"/> has all.</exception>
    public void Add(string set, IEnumerable<IpSetElement> elements) => Change(IpSetMessages.Add, "add element to set", set, elements);

    /// <summary>Removes elements; those that are gone count as done.</summary>
    /// <exception cref="NetlinkException">The kernel refused some; <see cref="NetlinkException.Failures"/> has all.</exception>
    public void Remove(string set, IEnumerable<IpSetElement> elements) => Change(IpSetMessages.Delete, "remove element from set", set, elements);

    /// <inheritdoc />
    public void Dispose() => netlink.Dispose();

    private static RequestList ListOf(string? set)
    {
        var list = new RequestList();
        list.Begin(IpSetMessages.List, MessageFlags.None, "list", set ?? "sets");
        IpSetMessages.WriteHeader(list.Writer, set);
        if (set is null)
        {
            IpSetMessages.AskNamesOnly(list.Writer);
        }

        list.End();
        return list;
    }

    private void Change(ushort type, string operation, string set, IEnumerable<IpSetElement> elements)
    {
        ArgumentException.ThrowIfNullOrEmpty(set);
        ArgumentNullException.ThrowIfNull(elements);
        var list = new RequestList();
        foreach (var element in elements)
        {
            list.Begin(type, MessageFlags.None, operation, $"{set}: {element}");
            IpSetMessages.WriteHeader(list.Writer, set);
            IpSetMessages.WriteElement(list.Writer, element, identityOnly: type == IpSetMessages.Delete);
            list.End();
        }

        if (list.Count > 0 && netlink.Execute(list) is { Count: > 0 } failures)
        {
            throw NetlinkException.OfBatch(failures);
        }
    }
}
