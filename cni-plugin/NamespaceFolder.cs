using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>The folder that the pod's network namespace is in, open: the runtime's mounts in it are seen here, and through it by the agent.</summary>
internal static unsafe class NamespaceFolder
{
    /// <summary>Opens it. It stays open until this process ends, which is soon.</summary>
    /// <param name="path">CNI_NETNS; empty: the usual folder.</param>
    /// <returns>The open folder; below 0: it could not be opened, and the agent tries the path.</returns>
    public static int Open(ReadOnlySpan<byte> path)
    {
        var folder = path.IsEmpty ? Encoding.ASCII.GetBytes(Meeting.DefaultNamespaces) : path[..Math.Max(path.LastIndexOf((byte)'/'), 0)];
        var ended = new byte[folder.Length + 1];
        folder.CopyTo(ended);
        fixed (byte* at = ended)
            return Libc.open(at, Libc.O_PATH | Libc.O_CLOEXEC, 0);
    }
}
