using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Overlay.Policy;

/// <summary>Addresses of one family from first to last, both included.</summary>
/// <param name="Family">IPv4 (<see cref="AddressFamily.InterNetwork"/>) or IPv6.</param>
/// <param name="First">The lowest address as a number.</param>
/// <param name="Last">The highest address as a number.</param>
public readonly record struct AddressRange(AddressFamily Family, UInt128 First, UInt128 Last) : IComparable<AddressRange>
{
    /// <summary>All of IPv4.</summary>
    public static readonly AddressRange IPv4 = new(AddressFamily.InterNetwork, 0, uint.MaxValue);

    /// <summary>All of IPv6.</summary>
    public static readonly AddressRange IPv6 = new(AddressFamily.InterNetworkV6, 0, UInt128.MaxValue);

    /// <summary>The lowest address.</summary>
    public IPAddress FirstAddress => ToAddress(Family, First);

    /// <summary>The highest address.</summary>
    public IPAddress LastAddress => ToAddress(Family, Last);

    /// <summary>One address.</summary>
    /// <param name="address">The address.</param>
    public static AddressRange Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var number = ToNumber(address);
        return new AddressRange(address.AddressFamily, number, number);
    }

    /// <summary>A block.</summary>
    /// <param name="network">The block.</param>
    public static AddressRange Of(IPNetwork network)
    {
        var bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var first = ToNumber(network.BaseAddress);
        var host = network.PrefixLength == 0 && bits == 128 ? UInt128.MaxValue : (UInt128.One << (bits - network.PrefixLength)) - 1;
        return new AddressRange(network.BaseAddress.AddressFamily, first, first | host);
    }

    /// <summary>Whether an address lies within.</summary>
    /// <param name="address">The address; of the other family it does not.</param>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == Family && ToNumber(address) is var number && First <= number && number <= Last;
    }

    /// <inheritdoc />
    public int CompareTo(AddressRange other)
    {
        var order = Family.CompareTo(other.Family);
        order = order == 0 ? First.CompareTo(other.First) : order;
        return order == 0 ? Last.CompareTo(other.Last) : order;
    }

    /// <summary><c>10.0.0.1</c> or <c>10.0.0.0-10.0.0.255</c>.</summary>
    public override string ToString() => First == Last ? $"{FirstAddress}" : $"{FirstAddress}-{LastAddress}";

    /// <summary>An address as a number, in the order in which addresses count up.</summary>
    /// <param name="address">The address.</param>
    public static UInt128 ToNumber(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var written) && written == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress ToAddress(AddressFamily family, UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>Orders by family, first and last address.</summary>
    public static bool operator <(AddressRange left, AddressRange right) => left.CompareTo(right) < 0;

    /// <summary>Orders by family, first and last address.</summary>
    public static bool operator >(AddressRange left, AddressRange right) => left.CompareTo(right) > 0;

    /// <summary>Orders by family, first and last address.</summary>
    public static bool operator <=(AddressRange left, AddressRange right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by family, first and last address.</summary>
    public static bool operator >=(AddressRange left, AddressRange right) => left.CompareTo(right) >= 0;
}
