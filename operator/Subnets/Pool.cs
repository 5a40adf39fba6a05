using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Network;

namespace Overlay.Operator.Subnets;

/// <summary>A pool as a row of numbered blocks: block 0 begins at the pool's first address.</summary>
internal sealed class Pool
{
    private readonly UInt128 _first;
    private readonly int _shift;

    private Pool(IPNetwork network, int nodePrefixLength)
    {
        Network = network;
        NodePrefixLength = nodePrefixLength;
        _first = Number(network.BaseAddress);
        _shift = Bits(network.BaseAddress.AddressFamily) - nodePrefixLength;
        Blocks = 1L << (nodePrefixLength - network.PrefixLength);
    }

    /// <summary>The whole pool.</summary>
    public IPNetwork Network { get; }

    /// <summary>The prefix length of a node's block.</summary>
    public int NodePrefixLength { get; }

    /// <summary>How many blocks it holds.</summary>
    public long Blocks { get; }

    /// <summary>IPv4 or IPv6.</summary>
    public AddressFamily Family => Network.BaseAddress.AddressFamily;

    /// <summary>Reads a pool of the spec; null with the reason where the schema's rules were not in force and it makes no sense.</summary>
    public static Pool? Of(AddressPool pool, out string? problem)
    {
        problem = null;
        // Parsing clears bits beyond the prefix length; written so, the pool is a mistake that somebody should look at.
        if (!IPNetwork.TryParse(pool.Cidr, out var network) || !network.BaseAddress.Equals(IPAddress.Parse(pool.Cidr.Split('/')[0])))
        {
            problem = $"'{pool.Cidr}' is not a network's CIDR: write its first address, a slash and a prefix length";
        }
        else if (pool.NodePrefixLength < network.PrefixLength)
        {
            problem = $"{network} is smaller than one node's /{pool.NodePrefixLength}";
        }
        else if (pool.NodePrefixLength > Bits(network.BaseAddress.AddressFamily) - 2)
        {
            problem = $"nodePrefixLength {pool.NodePrefixLength} leaves no room for a VTEP and pods";
        }
        else if (pool.NodePrefixLength - network.PrefixLength > 24)
        {
            problem = $"{network} in pieces of /{pool.NodePrefixLength} would be more than 16777216 subnets";
        }

        return problem is null ? new Pool(network, pool.NodePrefixLength) : null;
    }

    /// <summary>The block of this number.</summary>
    public IPNetwork Block(long number) => new(Address(_first + ((UInt128)number << _shift), Family), NodePrefixLength);

    /// <summary>The numbers of the blocks that a network touches; null: none.</summary>
    public (long First, long Last)? Touched(IPNetwork network)
    {
        if (network.BaseAddress.AddressFamily != Family)
        {
            return null;
        }

        var from = Number(network.BaseAddress);
        var to = Last(network);
        var end = Last(Network);
        if (to < _first || from > end)
        {
            return null;
        }

        return ((long)((UInt128.Max(from, _first) - _first) >> _shift), (long)((UInt128.Min(to, end) - _first) >> _shift));
    }

    /// <summary>Whether two networks share an address.</summary>
    public static bool Overlap(IPNetwork left, IPNetwork right) => left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress);

    private static UInt128 Last(IPNetwork network) =>
        Number(network.BaseAddress) | ((UInt128.One << (Bits(network.BaseAddress.AddressFamily) - network.PrefixLength)) - 1);

    private static int Bits(AddressFamily family) => family == AddressFamily.InterNetwork ? 32 : 128;

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress Address(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }
}
