using System.Runtime.InteropServices;

namespace Overlay.Lab.Native;

/// <summary>struct sockaddr_ll, packet(7).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PacketAddress
{
    public ushort Family;
    public ushort Protocol;
    public int Index;
    public ushort HardwareType;
    public byte PacketType;
    public byte AddressLength;
    public ulong Address;
}
