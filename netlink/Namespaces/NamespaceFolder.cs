using System.Globalization;
using System.Net.Sockets;
using Overlay.Netlink.Native;

namespace Overlay.Netlink;

/// <summary>
/// A folder of network namespaces' files as another process has it: an open folder, handed over by a unix socket. What that process' mount namespace mounts in
/// it later is seen through it too, although nothing is mounted here.
/// </summary>
/// <remarks>Owns the open folder.</remarks>
public sealed unsafe class NamespaceFolder : IDisposable
{
    private readonly FileDescriptor _folder;

    private NamespaceFolder(FileDescriptor folder) => _folder = folder;

    /// <summary>Receives what is there of a message, and the folder that came along with it.</summary>
    /// <param name="socket">A unix socket with something to read.</param>
    /// <param name="buffer">Takes the message's first bytes.</param>
    /// <param name="folder">The folder; null: none came.</param>
    /// <returns>How many bytes came; 0: the other end closed.</returns>
    /// <exception cref="SocketException">Receiving failed.</exception>
    public static int Receive(Socket socket, Span<byte> buffer, out NamespaceFolder? folder)
    {
        ArgumentNullException.ThrowIfNull(socket);
        folder = null;
        var rights = new PassedFile();
        nint got;
        fixed (byte* at = buffer)
        {
            var part = new MessagePart { Base = at, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Parts = &part, PartCount = 1, Control = &rights, ControlLength = PassedFile.UsedLength };
            do
                got = Libc.ReceiveMessage(socket.SafeHandle, &message, Libc.MessageDontWait | Libc.MessageCloseOnExec);
            while (got < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Libc.Interrupted);
            if (got >= 0 && message.ControlLength >= PassedFile.UsedLength && rights is { Level: Libc.SocketLevel, Type: Libc.Rights })
                folder = new NamespaceFolder(FileDescriptor.Own(rights.File, "receive", "an open folder"));
        }

        return got >= 0 ? (int)got : throw new SocketException(System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens a namespace in it.</summary>
    /// <param name="path">The namespace's path for the process that the folder came from.</param>
    /// <exception cref="NetlinkException">ENOENT: it is not there.</exception>
    public NetworkNamespace Open(string path) =>
        NetworkNamespace.Open(path, string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_folder.Number}/{Path.GetFileName(path)}"));

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();
}
