using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

/// <summary>
/// Changes to links, addresses, routes, neighbours and forwarding entries that go to the kernel in one send. Writing one is pure.
/// Removals count as done where the object is gone already.
/// </summary>
public sealed partial class RouteBatch
{
    private const MessageFlags CreateNew = MessageFlags.Create | MessageFlags.Exclusive;
    private const MessageFlags CreateOrReplace = MessageFlags.Create | MessageFlags.Replace;

    /// <summary>How many changes it holds.</summary>
    public int Count => Requests.Count;

    internal RequestList Requests { get; } = new();

    private RouteBatch Put<T>(ushort type, MessageFlags flags, string operation, T target, Action<MessageWriter, T> write)
        where T : class => Append(type, flags, operation, target, write, missingIsFine: false);

    private RouteBatch Remove<T>(ushort type, string operation, T target, Action<MessageWriter, T> write)
        where T : class => Append(type, MessageFlags.None, operation, target, write, missingIsFine: true);

    private RouteBatch Append<T>(ushort type, MessageFlags flags, string operation, T target, Action<MessageWriter, T> write, bool missingIsFine)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(target);
        Requests.Begin(type, flags, operation, target, missingIsFine);
        write(Requests.Writer, target);
        Requests.End();
        return this;
    }
}
