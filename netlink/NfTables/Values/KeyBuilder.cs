using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Overlay.Netlink.NfTables;

/// <summary>
/// Builds a set's key, or a map's value, component by component in the set's <c>type a . b . c</c> order, each with the byte order its type has.
/// </summary>
/// <remarks>
/// A concatenation pads each component to 4 bytes (a register's size); a key of one component has its bare length:
/// <c>inet_service</c> alone is 2 bytes, in a concatenation 4.
/// Marks and interface groups are host-endian, but big-endian in a set with <c>flags interval</c>: intervals are compared byte by byte, so
/// nft has the rule turn them round before it looks them up.
/// </remarks>
/// <param name="forIntervals">Whether the set has <c>flags interval</c>.</param>
public sealed class KeyBuilder(bool forIntervals = false)
{
    /// <summary>IFNAMSIZ.</summary>
    private const int InterfaceNameLength = 16;

    /// <summary>NFT_DATA_VALUE_MAXLEN.</summary>
    private const int MaximumLength = 64;

    private readonly byte[] buffer = new byte[MaximumLength];
    private int length;
    private int firstLength;
    private int components;

    /// <summary><c>mark</c>.</summary>
    public KeyBuilder Mark(uint mark) => HostNumber(mark);

    /// <summary><c>devgroup</c>, an interface group.</summary>
    public KeyBuilder DeviceGroup(uint group) => HostNumber(group);

    /// <summary><c>iface_index</c>.</summary>
    public KeyBuilder Interface(LinkIndex link) => HostNumber((uint)link.Value);

    /// <summary><c>ifname</c>: 16 bytes, filled with zeros.</summary>
    public KeyBuilder InterfaceName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Encoding.UTF8.GetByteCount(name) is 0 or >= InterfaceNameLength)
        {
            throw new ArgumentException($"'{name}' is no interface name: it must have 1 to 15 bytes.", nameof(name));
        }

        Encoding.UTF8.GetBytes(name, Next(InterfaceNameLength));
        return this;
    }

    /// <summary><c>ether_addr</c>.</summary>
    public KeyBuilder Ethernet(PhysicalAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address.GetAddressBytes().CopyTo(Next(6));
        return this;
    }

    /// <summary><c>ipv4_addr</c> or <c>ipv6_addr</c>.</summary>
    public KeyBuilder Address(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address.TryWriteBytes(Next(address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16), out _);
        return this;
    }

    /// <summary><c>nf_proto</c>: one byte, NFPROTO_IPV4 (2) or NFPROTO_IPV6 (10).</summary>
    public KeyBuilder Family(byte number) => Protocol(number);

    /// <summary><c>inet_proto</c>: one byte.</summary>
    public KeyBuilder Protocol(byte number)
    {
        Next(1)[0] = number;
        return this;
    }

    /// <summary><c>inet_service</c>, a TCP, UDP or SCTP port: big-endian.</summary>
    public KeyBuilder Port(ushort port)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Next(2), port);
        return this;
    }

    /// <summary>The key.</summary>
    public NfValue Build() => new(buffer.AsSpan(0, components == 1 ? firstLength : length));

    private KeyBuilder HostNumber(uint number)
    {
        if (forIntervals)
        {
            BinaryPrimitives.WriteUInt32BigEndian(Next(4), number);
        }
        else
        {
            MemoryMarshal.Write(Next(4), number);
        }

        return this;
    }

    private Span<byte> Next(int size)
    {
        var padded = (size + 3) & ~3;
        if (length + padded > MaximumLength)
        {
            throw new InvalidOperationException($"A key can have {MaximumLength} bytes; this one would have {length + padded}.");
        }

        var place = buffer.AsSpan(length, size);
        length += padded;
        firstLength = components++ == 0 ? size : firstLength;
        return place;
    }
}
