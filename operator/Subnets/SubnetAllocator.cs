using System.Net;
using System.Net.Sockets;
using Overlay.Operator.Numbers;

namespace Overlay.Operator.Subnets;

/// <summary>
/// Finds free blocks in the pools, the first pool of a family first. The lowest block is given; a pool's block 0 only when all others are taken:
/// its first address is the pool's own network address, which people and tools take for something special.
/// </summary>
internal sealed class SubnetAllocator
{
    private readonly (Pool Pool, FreeNumbers Free)[] _pools;

    /// <summary>Everything in the pools is free but what is occupied.</summary>
    /// <param name="pools">The pools, disjoint.</param>
    /// <param name="occupied">Blocks in use or at rest, of whatever size and pool.</param>
    public SubnetAllocator(IEnumerable<Pool> pools, IEnumerable<IPNetwork> occupied)
    {
        _pools = [.. pools.Select(p => (p, new FreeNumbers(0, p.Blocks - 1)))];
        foreach (var block in occupied)
        {
            Occupy(block);
        }
    }

    /// <summary>The families that there are pools of.</summary>
    public IEnumerable<AddressFamily> Families => _pools.Select(p => p.Pool.Family).Distinct();

    /// <summary>Each pool with the number of its free blocks.</summary>
    public IEnumerable<(Pool Pool, long Free)> Usage => _pools.Select(p => (p.Pool, p.Free.Count));

    /// <summary>Takes a free block; null: the family's pools are full.</summary>
    public IPNetwork? Take(AddressFamily family)
    {
        foreach (var (pool, free) in _pools)
        {
            if (pool.Family == family && (free.Lowest(1) ?? free.Lowest()) is { } number)
            {
                free.Take(number);
                return pool.Block(number);
            }
        }

        return null;
    }

    /// <summary>Marks every block that a network touches as taken.</summary>
    public void Occupy(IPNetwork network)
    {
        foreach (var (pool, free) in _pools)
        {
            if (pool.Touched(network) is { } touched)
            {
                free.Take(touched.First, touched.Last);
            }
        }
    }

    /// <summary>Whether a network lies in one of the pools.</summary>
    public bool Covers(IPNetwork network) =>
        _pools.Any(p => p.Pool.Network.PrefixLength <= network.PrefixLength && p.Pool.Network.Contains(network.BaseAddress));
}
