using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Addresses;

/// <summary>A node's subnet as numbers: which addresses pods can have.</summary>
/// <remarks>The first address is the VTEP's. The last of an IPv4 block is left out: too much software takes it for a broadcast.</remarks>
internal sealed record AddressBlock
{
    private readonly UInt128 _base;

    /// <summary>A block.</summary>
    /// <param name="network">The subnet's CIDR.</param>
    public AddressBlock(IPNetwork network)
    {
        Network = network;
        var isV4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        Width = isV4 ? 32 : 128;
        _base = NumberOf(network.BaseAddress);
        var hostBits = Width - network.PrefixLength;
        var size = hostBits == 128 ? UInt128.MaxValue : (UInt128)1 << hostBits;
        var end = isV4 ? 2u : 1u;
        Count = size > end ? size - end : 0;
    }

    /// <summary>The subnet's CIDR.</summary>
    public IPNetwork Network { get; }

    /// <summary>32 or 128.</summary>
    public int Width { get; }

    /// <summary>How many addresses pods can have.</summary>
    public UInt128 Count { get; }

    /// <summary>The VTEP's address: the block's first.</summary>
    public IPAddress Vtep => Network.BaseAddress;

    /// <summary>A pod address by its place in the block, 0 up to <see cref="Count"/>.</summary>
    public IPAddress At(UInt128 place)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _base + 1 + place);
        return new IPAddress(Width == 32 ? bytes[12..] : bytes);
    }

    /// <summary>A pod address' place in the block; null when pods can not have it.</summary>
    public UInt128? PlaceOf(IPAddress address)
    {
        if (address.AddressFamily != Network.BaseAddress.AddressFamily)
            return null;
        var number = NumberOf(address);
        return number > _base && number - _base - 1 < Count ? number - _base - 1 : null;
    }

    private static UInt128 NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
