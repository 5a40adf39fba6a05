using System.Globalization;
using Overlay.Netlink.Namespaces;
using Overlay.Netlink.Native;

namespace Overlay.Netlink;

/// <summary>An open network namespace: stays alive as long as this object does, even if its name and its processes go.</summary>
public sealed partial class NetworkNamespace : IDisposable
{
    private NetworkNamespace(FileDescriptor file, string path)
    {
        File = file;
        Path = path;
    }

    /// <summary>Where it was opened: <c>/var/run/netns/name</c>, <c>/proc/42/ns/net</c>.</summary>
    public string Path { get; }

    internal FileDescriptor File { get; }

    /// <summary>Opens a namespace by the path of its file, as CNI_NETNS gives it.</summary>
    /// <param name="path">A path.</param>
    /// <exception cref="NetlinkException">ENOENT: it is gone. EINVAL: the file is no network namespace.</exception>
    public static NetworkNamespace Open(string path) => Open(path, path);

    /// <summary>Opens a namespace by another path than it is known by.</summary>
    internal static NetworkNamespace Open(string path, string at)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = FileDescriptor.Own(Libc.Open(at, Libc.OpenReadOnly | Libc.CloseOnExec, 0), "open network namespace", path);
        return new NetworkNamespace(file, path);
    }

    /// <summary>Opens the namespace that a process is in.</summary>
    /// <param name="processId">The process' id.</param>
    public static NetworkNamespace OfProcess(int processId) =>
        Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net"));

    /// <summary>Opens the namespace this process is in.</summary>
    public static NetworkNamespace OfThisProcess() => Open("/proc/self/ns/net");

    /// <summary>Creates a namespace without a name: it ends when this object, and what was opened inside, is closed. Its loopback device is down.</summary>
    public static NetworkNamespace CreateUnnamed()
    {
        NetworkNamespace? made = null;
        NamespaceThread.RunInNew(() => made = Open("/proc/thread-self/ns/net"));
        return made!;
    }

    /// <summary>
    /// Runs a function inside, on a thread of our own that is never the pool's. Sockets and files opened inside keep the namespace afterwards.
    /// </summary>
    /// <remarks>If the thread can not return to the process' own namespace, the process ends: nothing may run in the wrong one unnoticed.</remarks>
    /// <param name="function">Must not be asynchronous: after an await it would go on elsewhere.</param>
    /// <returns>The function's result; its exception is thrown on, as it was.</returns>
    public T Run<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (typeof(Task).IsAssignableFrom(typeof(T)) || typeof(T) == typeof(ValueTask))
        {
            throw new ArgumentException("An asynchronous function would leave the namespace at its first await. Open sockets inside, await outside.", nameof(function));
        }

        return NamespaceThread.Run(this, function);
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action function)
    {
        ArgumentNullException.ThrowIfNull(function);
        Run(() =>
        {
            function();
            return true;
        });
    }

    /// <summary>Writes a setting below /proc/sys/net as it is inside, e.g. <c>ipv6/conf/eth0/disable_ipv6</c>.</summary>
    /// <param name="setting">The path below /proc/sys/net.</param>
    /// <param name="value">The text to write.</param>
    /// <returns>False if this kernel has no such setting (IPv6 is compiled out or off).</returns>
    public bool WriteSetting(string setting, string value) => Run(() =>
    {
        try
        {
            System.IO.File.WriteAllText("/proc/sys/net/" + setting, value);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    });

    /// <inheritdoc />
    public void Dispose() => File.Dispose();

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
