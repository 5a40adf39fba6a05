namespace Overlay.Netlink;

/// <summary>The kernel's error numbers that netlink answers with (asm-generic/errno.h); others appear as bare numbers.</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Not permitted: CAP_NET_ADMIN is missing.</summary>
    EPERM = 1,

    /// <summary>No such object.</summary>
    ENOENT = 2,

    /// <summary>No such process: how the kernel says that a route does not exist.</summary>
    ESRCH = 3,

    /// <summary>Interrupted, try again.</summary>
    EINTR = 4,

    /// <summary>Input or output error.</summary>
    EIO = 5,

    /// <summary>No such device or address.</summary>
    ENXIO = 6,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Try again.</summary>
    EAGAIN = 11,

    /// <summary>No memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Busy.</summary>
    EBUSY = 16,

    /// <summary>Exists already.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files.</summary>
    EMFILE = 24,

    /// <summary>No space left.</summary>
    ENOSPC = 28,

    /// <summary>Out of range.</summary>
    ERANGE = 34,

    /// <summary>Name too long.</summary>
    ENAMETOOLONG = 36,

    /// <summary>Message too long.</summary>
    EMSGSIZE = 90,

    /// <summary>Not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Address family not supported.</summary>
    EAFNOSUPPORT = 97,

    /// <summary>Address in use: another VXLAN device has the same port and id.</summary>
    EADDRINUSE = 98,

    /// <summary>The address does not exist on the interface.</summary>
    EADDRNOTAVAIL = 99,

    /// <summary>The network is down: the interface is not up.</summary>
    ENETDOWN = 100,

    /// <summary>The gateway can not be reached over the interface.</summary>
    ENETUNREACH = 101,

    /// <summary>Messages were lost: the receive buffer overflowed.</summary>
    ENOBUFS = 105,

    /// <summary>Not connected: a veth was set up before its peer existed.</summary>
    ENOTCONN = 107,

    /// <summary>Timed out.</summary>
    ETIMEDOUT = 110,

    /// <summary>No route to the host.</summary>
    EHOSTUNREACH = 113,
}
