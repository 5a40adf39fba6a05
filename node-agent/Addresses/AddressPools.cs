using System.Net;

namespace Overlay.NodeAgent.Addresses;

/// <summary>This node's blocks of both families, and what of them is in use. Thread-safe.</summary>
internal sealed class AddressPools(TimeProvider time)
{
    private readonly Lock _lock = new();
    private AddressAllocator? _v4;
    private AddressAllocator? _v6;

    /// <summary>Whether a family that this node has a block of is used up.</summary>
    public bool IsExhausted
    {
        get
        {
            lock (_lock)
                return _v4 is { IsExhausted: true } || _v6 is { IsExhausted: true };
        }
    }

    /// <summary>Addresses in use and to be had, each family's, for metrics.</summary>
    public IReadOnlyList<(IPNetwork Network, int Used, UInt128 Count)> Usage
    {
        get
        {
            lock (_lock)
                return [.. new[] { _v4, _v6 }.OfType<AddressAllocator>().Select(a => (a.Block.Network, a.Used, a.Block.Count))];
        }
    }

    /// <summary>Takes new blocks over; a block that is the same as before keeps its state.</summary>
    /// <param name="v4">The IPv4 block, or null.</param>
    /// <param name="v6">The IPv6 block, or null.</param>
    /// <param name="inUse">Addresses that attachments or the kernel have.</param>
    /// <param name="resting">Addresses that were freed lately.</param>
    public void Configure(
        AddressBlock? v4,
        AddressBlock? v6,
        IReadOnlyCollection<IPAddress> inUse,
        IReadOnlyDictionary<IPAddress, DateTimeOffset> resting
    )
    {
        lock (_lock)
        {
            _v4 = Keep(_v4, v4, inUse, resting);
            _v6 = Keep(_v6, v6, inUse, resting);
        }
    }

    /// <summary>One address of each family that this node has a block of; null when one family is used up (then none is taken).</summary>
    public (IPAddress? V4, IPAddress? V6)? Allocate()
    {
        lock (_lock)
        {
            if (_v4 is { IsExhausted: true } || _v6 is { IsExhausted: true } || (_v4 is null && _v6 is null))
                return null;
            var now = time.GetUtcNow();
            return (_v4?.Allocate(now), _v6?.Allocate(now));
        }
    }

    /// <summary>Gives addresses back; those of former blocks are let be.</summary>
    public void Free(IEnumerable<IPAddress> addresses)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var address in addresses)
            {
                _v4?.Free(address, now);
                _v6?.Free(address, now);
            }
        }
    }

    private static AddressAllocator? Keep(
        AddressAllocator? present,
        AddressBlock? block,
        IReadOnlyCollection<IPAddress> inUse,
        IReadOnlyDictionary<IPAddress, DateTimeOffset> resting
    )
    {
        if (block is null)
            return null;
        if (present is not null && present.Block.Network.Equals(block.Network))
            return present;
        var allocator = new AddressAllocator(block);
        foreach (var address in inUse)
            allocator.Take(address);
        foreach (var (address, freed) in resting)
            allocator.PutToRest(address, freed);
        return allocator;
    }
}
