using Overlay.Netlink;

namespace Overlay.NodeAgent.Pods;

/// <summary>
/// Pods' network namespaces as the plugin sees them. An agent in a container does not see what the runtime mounts after the container was made, and needs no
/// mount that would show it (which would ask for a shared / on the node): each call of the plugin brings the folder along, open.
/// </summary>
internal static class NamespaceFolders
{
    /// <summary>Runtimes use one. By hand, some give <c>/proc/42/ns/net</c>: so not without bound.</summary>
    private const int Most = 8;

    private static readonly Lock Gate = new();
    private static readonly List<(string Path, NamespaceFolder Folder)> Known = [];

    /// <summary>Keeps a folder that a call brought, in place of an earlier one of the same path.</summary>
    /// <param name="path">The path of a namespace in it.</param>
    /// <param name="folder">The folder; owned from here on.</param>
    public static void Learn(string path, NamespaceFolder folder)
    {
        var at = Path.GetDirectoryName(path);
        lock (Gate)
        {
            var old = Known.FindIndex(known => string.Equals(known.Path, at, StringComparison.Ordinal));
            if (old < 0 && Known.Count == Most)
                old = 0;
            if (old >= 0)
            {
                Known[old].Folder.Dispose();
                Known.RemoveAt(old);
            }

            if (at is { Length: > 0 })
                Known.Add((at, folder));
            else
                folder.Dispose();
        }
    }

    /// <summary>Opens a namespace by its path for the runtime.</summary>
    /// <exception cref="NetlinkException">ENOENT: it is gone, or this agent can not see it.</exception>
    public static NetworkNamespace Open(string path)
    {
        var at = Path.GetDirectoryName(path);
        lock (Gate)
        {
            var known = Known.FindIndex(folder => string.Equals(folder.Path, at, StringComparison.Ordinal));
            return known < 0 ? NetworkNamespace.Open(path) : Known[known].Folder.Open(path);
        }
    }
}
