namespace Overlay.Netlink.Messages;

/// <summary>nlmsg_flags (linux/netlink.h). Some bits mean one thing in a get, another in a new, a third in an answer.</summary>
[Flags]
internal enum MessageFlags : ushort
{
    None = 0,
    Request = 0x1,
    Multi = 0x2,
    Acknowledge = 0x4,
    Echo = 0x8,
    DumpInterrupted = 0x10,

    // In a get.
    Dump = 0x300,

    // In a new.
    Replace = 0x100,
    Exclusive = 0x200,
    Create = 0x400,
    Append = 0x800,
}
