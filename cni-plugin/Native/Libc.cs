using System.Runtime.InteropServices;

namespace Overlay.CniPlugin.Native;

/// <summary>
/// The dozen system calls this program makes, straight: System.Console, System.IO and System.Net would triple its size and
/// double its start-up time. Pointers are to bytes; constants are Linux' on every 64-bit architecture.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EINTR = 4;
    public const int EEXIST = 17;

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int SOL_SOCKET = 1;
    public const int SCM_RIGHTS = 1;
    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    /// <summary>sockaddr_un: a family of two bytes, then the path and its NUL.</summary>
    public const int SockaddrUnLength = 110;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nuint length);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int rename(byte* from, byte* to);

    [LibraryImport("libc")]
    public static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollFd* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc")]
    public static partial int getpid();

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessagePart
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public nuint NameLength;
        public MessagePart* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with one open file in it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PassedFile
    {
        /// <summary>CMSG_LEN of one file.</summary>
        public const int UsedLength = 20;

        public nuint Length;
        public int Level;
        public int Type;
        public int File;
        public int Padding;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
