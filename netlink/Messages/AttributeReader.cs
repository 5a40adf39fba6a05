using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace Overlay.Netlink.Messages;

/// <summary>
/// Walks the attributes of a message: <c>while (reader.MoveNext())</c> look at <see cref="Type"/> and <see cref="Value"/>. A number whose value is too short
/// reads as 0.
/// </summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> rest = attributes;

    /// <summary>The attribute's type without the nested and byte-order bits.</summary>
    internal ushort Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    internal bool MoveNext()
    {
        if (rest.Length < MessageWriter.AttributeHeaderLength)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(rest);
        if (length < MessageWriter.AttributeHeaderLength || length > rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(rest[2..]) & 0x3fff);
        Value = rest[MessageWriter.AttributeHeaderLength..length];
        rest = rest[Math.Min(MessageWriter.Align(length), rest.Length)..];
        return true;
    }

    internal readonly AttributeReader Nested() => new(Value);

    internal readonly byte U8() => Value.IsEmpty ? (byte)0 : Value[0];

    internal readonly ushort U16() => Value.Length < 2 ? (ushort)0 : MemoryMarshal.Read<ushort>(Value);

    internal readonly ushort U16Big() => Value.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Value);

    internal readonly uint U32() => Value.Length < 4 ? 0 : MemoryMarshal.Read<uint>(Value);

    internal readonly uint U32Big() => Value.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Value);

    internal readonly ulong U64Big() => Value.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(Value);

    internal readonly string Text() => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    internal readonly IPAddress? Address() => Value.Length is 4 or 16 ? new IPAddress(Value) : null;

    internal readonly PhysicalAddress? Mac() => Value.Length == 6 ? new PhysicalAddress(Value.ToArray()) : null;
}
