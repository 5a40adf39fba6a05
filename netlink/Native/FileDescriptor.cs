using Microsoft.Win32.SafeHandles;

namespace Overlay.Netlink.Native;

/// <summary>Owns a file descriptor: closed once, by whoever disposes of it or by the finalizer.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    private FileDescriptor(int file)
        : base(ownsHandle: true) => SetHandle(file);

    /// <summary>The number, for messages that name a descriptor to the kernel. Valid while this object lives.</summary>
    internal int Number => (int)DangerousGetHandle();

    /// <summary>Takes ownership of what a system call gave back, or throws the errno it left.</summary>
    /// <param name="result">The system call's result.</param>
    /// <param name="operation">What was attempted, for the exception.</param>
    /// <param name="target">On what.</param>
    internal static FileDescriptor Own(int result, string operation, object target) =>
        result >= 0 ? new FileDescriptor(result) : throw NetlinkException.FromLastError(operation, target);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
