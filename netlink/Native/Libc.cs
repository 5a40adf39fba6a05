using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Overlay.Netlink.Native;

/// <summary>The system calls that this project makes, and no others. Each sets errno.</summary>
internal static unsafe partial class Libc
{
    internal const int AddressFamilyNetlink = 16;
    internal const int SocketRaw = 3;
    internal const int SocketDatagram = 2;
    internal const int CloseOnExec = 0x80000;

    internal const int MessageDontWait = 0x40;
    internal const int MessageTruncated = 0x20;
    internal const int MessageCloseOnExec = 0x4000_0000;

    internal const int SocketLevel = 1;
    internal const int Rights = 1;
    internal const int Interrupted = 4;

    internal const int CloneNewNet = 0x4000_0000;

    internal const int OpenReadOnly = 0;
    internal const int OpenCreate = 0x40;
    internal const int OpenExclusive = 0x80;

    internal const nuint MountBind = 0x1000;
    internal const nuint MountRecursive = 0x4000;
    internal const nuint MountShared = 0x10_0000;
    internal const int UnmountDetach = 2;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(FileDescriptor socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(SafeSocketHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSocketName(FileDescriptor socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(FileDescriptor socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(FileDescriptor socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(FileDescriptor socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(FileDescriptor file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNamespace(FileDescriptor file, int kind);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FilterStep
    {
        internal ushort Code;
        internal byte WhenTrue;
        internal byte WhenFalse;
        internal uint Operand;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FilterProgram
    {
        internal ushort Count;
        internal FilterStep* Steps;
    }
}
