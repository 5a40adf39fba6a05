using Overlay.Netlink.Namespaces;
using Overlay.Netlink.Native;

namespace Overlay.Netlink;

/// <summary>Namespaces with a name: files that <c>ip netns</c> sees too.</summary>
public sealed partial class NetworkNamespace
{
    /// <summary>Where named namespaces are bind-mounted.</summary>
    public const string NamedFolder = "/var/run/netns";

    /// <summary>Creates a namespace under a name and opens it. Its loopback device is down.</summary>
    /// <param name="name">The file's name in <see cref="NamedFolder"/>.</param>
    /// <exception cref="NetlinkException">EEXIST: the name is taken.</exception>
    public static NetworkNamespace Create(string name)
    {
        var path = PathOf(name);
        ShareNamedFolder();
        FileDescriptor.Own(Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCreate | Libc.OpenExclusive | Libc.CloseOnExec, 0), "create network namespace", path).Dispose();
        try
        {
            NamespaceThread.RunInNew(() =>
            {
                if (Libc.Mount("/proc/thread-self/ns/net", path, "none", Libc.MountBind, 0) < 0)
                {
                    throw NetlinkException.FromLastError("name the new network namespace", path);
                }
            });
            return Open(path);
        }
        catch
        {
            System.IO.File.Delete(path);
            throw;
        }
    }

    /// <summary>Removes a name. The namespace itself ends when nothing holds it any more.</summary>
    /// <param name="name">The file's name in <see cref="NamedFolder"/>.</param>
    /// <returns>False if there was no such name.</returns>
    public static bool Delete(string name)
    {
        var path = PathOf(name);
        if (Libc.Unmount(path, Libc.UnmountDetach) < 0 && NetlinkException.FromLastError("remove network namespace", path) is { Errno: not (Errno.EINVAL or Errno.ENOENT) } e)
        {
            throw e;
        }

        if (!System.IO.File.Exists(path))
        {
            return false;
        }

        System.IO.File.Delete(path);
        return true;
    }

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names() =>
        Directory.Exists(NamedFolder) ? [.. Directory.EnumerateFiles(NamedFolder).Select(p => System.IO.Path.GetFileName(p)!)] : [];

    private static string PathOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name is "." or ".." || name.Contains('/', StringComparison.Ordinal)
            ? throw new ArgumentException($"'{name}' is no name for a network namespace: it must be a plain file name.", nameof(name))
            : System.IO.Path.Combine(NamedFolder, name);
    }

    /// <summary>
    /// The folder must be a shared mount, as iproute2 makes it: else an unmount in one mount namespace leaves the
    /// namespace alive in all others that were copied since.
    /// </summary>
    private static void ShareNamedFolder()
    {
        Directory.CreateDirectory(NamedFolder);
        const nuint share = Libc.MountShared | Libc.MountRecursive;
        if (Libc.Mount("", NamedFolder, "none", share, 0) >= 0)
        {
            return;
        }

        if (Libc.Mount(NamedFolder, NamedFolder, "none", Libc.MountBind | Libc.MountRecursive, 0) < 0
            || Libc.Mount("", NamedFolder, "none", share, 0) < 0)
        {
            throw NetlinkException.FromLastError("share the mount of", NamedFolder);
        }
    }
}
