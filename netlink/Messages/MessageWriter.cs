using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace Overlay.Netlink.Messages;

/// <summary>Writes netlink messages one after another into one growing buffer. Pure: no socket, no sequence numbers.</summary>
/// <remarks>
/// <code>
///  nlmsghdr, host-endian                       nlattr, host-endian, padded to 4
/// +--------+------+-------+-----+------+      +--------+------+---------+-----+
/// | length | type | flags | seq | port |      | length | type | payload | pad |
/// |   u32  | u16  |  u16  | u32 | u32  |      |  u16   | u16  |         |     |
/// +--------+------+-------+-----+------+      +--------+------+---------+-----+
/// </code>
/// The length counts the header, not the padding. Nested attributes carry the bit 0x8000 in their type where the kernel checks strictly.
/// </remarks>
internal sealed class MessageWriter
{
    internal const int HeaderLength = 16;
    internal const int AttributeHeaderLength = 4;
    internal const int NestedLimit = ushort.MaxValue;
    internal const ushort NestedFlag = 0x8000;
    private const int SequenceOffset = 8;

    private byte[] buffer;
    private int length;

    internal MessageWriter(int capacity = 512) => buffer = new byte[capacity];

    internal int Length => length;

    internal ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    /// <summary>Forgets what was written from this offset on.</summary>
    internal void Truncate(int offset) => length = offset;

    /// <summary>Begins a message; the answer goes to <see cref="EndMessage"/>.</summary>
    internal int BeginMessage(ushort type, MessageFlags flags)
    {
        var start = length;
        var header = Reserve(HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)flags);
        return start;
    }

    internal void EndMessage(int start) => MemoryMarshal.Write(buffer.AsSpan(start), (uint)(length - start));

    internal void AddFlags(int messageStart, MessageFlags flags)
    {
        var place = buffer.AsSpan(messageStart + 6, 2);
        MemoryMarshal.Write(place, (ushort)(MemoryMarshal.Read<ushort>(place) | (ushort)flags));
    }

    internal void SetSequence(int messageStart, uint sequence) =>
        MemoryMarshal.Write(buffer.AsSpan(messageStart + SequenceOffset), sequence);

    /// <summary>Room for a fixed header, zeroed, at the end; valid until the next write.</summary>
    internal Span<byte> Reserve(int size)
    {
        var padded = Align(size);
        if (length + padded > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + padded));
        }

        var place = buffer.AsSpan(length, padded);
        place.Clear();
        length += padded;
        return place[..size];
    }

    /// <summary>An attribute of this payload length; the place to write the payload, zeroed.</summary>
    internal Span<byte> Attribute(ushort type, int size)
    {
        if (size + AttributeHeaderLength > ushort.MaxValue)
        {
            throw new InvalidOperationException($"Attribute {type} would be {size} bytes long; netlink's limit is 65531. Split it.");
        }

        var place = Reserve(AttributeHeaderLength + size);
        MemoryMarshal.Write(place, (ushort)(AttributeHeaderLength + size));
        MemoryMarshal.Write(place[2..], type);
        return place[AttributeHeaderLength..];
    }

    internal void Flag(ushort type) => Attribute(type, 0);

    internal void Bytes(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    internal void U8(ushort type, byte value) => Attribute(type, 1)[0] = value;

    internal void U16(ushort type, ushort value) => MemoryMarshal.Write(Attribute(type, 2), value);

    internal void U16Big(ushort type, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Attribute(type, 2), value);

    internal void U32(ushort type, uint value) => MemoryMarshal.Write(Attribute(type, 4), value);

    internal void U32Big(ushort type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(type, 4), value);

    internal void U64Big(ushort type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Attribute(type, 8), value);

    /// <summary>A string with its closing zero.</summary>
    internal void Text(ushort type, string value) =>
        Encoding.UTF8.GetBytes(value, Attribute(type, Encoding.UTF8.GetByteCount(value) + 1));

    internal void Address(ushort type, IPAddress value)
    {
        var place = Attribute(type, value.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 4 : 16);
        value.TryWriteBytes(place, out _);
    }

    internal void Mac(ushort type, PhysicalAddress value) => Bytes(type, value.GetAddressBytes());

    /// <summary>Begins a nested attribute; the answer goes to <see cref="EndNested"/>.</summary>
    internal int BeginNested(ushort type, bool flagged = true)
    {
        var start = length;
        Attribute(flagged ? (ushort)(type | NestedFlag) : type, 0);
        return start;
    }

    internal void EndNested(int start)
    {
        var size = length - start;
        if (size > NestedLimit)
        {
            throw new InvalidOperationException($"A nested attribute of {size} bytes exceeds netlink's 65535. Split it.");
        }

        MemoryMarshal.Write(buffer.AsSpan(start), (ushort)size);
    }

    internal static int Align(int size) => (size + 3) & ~3;
}
