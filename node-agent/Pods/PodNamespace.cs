using Overlay.Netlink;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <summary>Pods' network namespaces by CNI_NETNS; what can not be entered is the CNI's error 8.</summary>
internal static class PodNamespace
{
    /// <summary>Opens a namespace. Whether the file is one at all, only entering it tells.</summary>
    /// <param name="path">CNI_NETNS.</param>
    /// <exception cref="CniException">8: there is no such file.</exception>
    public static NetworkNamespace Open(string path)
    {
        try
        {
            return NamespaceFolders.Open(path);
        }
        catch (Exception error) when (error is NetlinkException or IOException or UnauthorizedAccessException)
        {
            throw NotEntered(path, error);
        }
    }

    /// <summary>A socket inside.</summary>
    /// <exception cref="CniException">8: not a network namespace.</exception>
    public static RouteSocket Socket(NetworkNamespace inside) => Run(inside, () => RouteSocket.Open());

    /// <summary>Works inside.</summary>
    /// <exception cref="CniException">8: not a network namespace (setns: EINVAL).</exception>
    public static T Run<T>(NetworkNamespace inside, Func<T> work)
    {
        var entered = false;
        try
        {
            return inside.Run(() =>
            {
                entered = true;
                return work();
            });
        }
        catch (NetlinkException error) when (!entered)
        {
            throw NotEntered(inside.Path, error);
        }
    }

    private static CniException NotEntered(string path, Exception error) =>
        new(
            CniErrorCode.BadNamespace,
            $"CNI_NETNS {path} can not be entered: {error.Message}",
            "pass the path of the pod's network namespace, as the plugin sees it",
            error
        );
}
