using System.Runtime.InteropServices;

namespace Overlay.Netlink.Native;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessagePart
{
    internal byte* Base;
    internal nuint Length;
}

/// <summary>struct msghdr of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    internal void* Name;
    internal nuint NameLength;
    internal MessagePart* Parts;
    internal nuint PartCount;
    internal void* Control;
    internal nuint ControlLength;
    internal int Flags;
}

/// <summary>struct cmsghdr of 64-bit Linux with one open file in it (cmsg(3), SCM_RIGHTS in unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PassedFile
{
    /// <summary>CMSG_LEN of one file.</summary>
    internal const int UsedLength = 20;

    internal nuint Length;
    internal int Level;
    internal int Type;
    internal int File;
    internal int Padding;
}
