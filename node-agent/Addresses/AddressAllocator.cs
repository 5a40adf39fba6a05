using System.Net;

namespace Overlay.NodeAgent.Addresses;

/// <summary>
/// Gives addresses of one subnet out, each at most once at a time. No clock, no disk: the caller says what time it is and keeps
/// what must survive.
/// </summary>
/// <remarks>
/// Addresses go out in turn, so that one comes back as late as possible. A freed address rests for <see cref="Rest"/>, since old flows
/// and caches may still know its former pod. Rest is a courtesy, not a promise: when nothing else is left, the address that has rested
/// longest goes out at once, so a full node is never fuller than its pods make it.
/// Not thread-safe.
/// </remarks>
/// <param name="block">The subnet.</param>
internal sealed class AddressAllocator(AddressBlock block)
{
    /// <summary>How long a freed address is kept back while others are free: longer than conntrack's UDP time-outs (120 s).</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    private readonly HashSet<UInt128> _used = [];
    private readonly Dictionary<UInt128, DateTimeOffset> _resting = [];
    private UInt128 _next;

    /// <summary>The subnet.</summary>
    public AddressBlock Block => block;

    /// <summary>How many addresses pods have.</summary>
    public int Used => _used.Count;

    /// <summary>Whether no address is left, resting ones included.</summary>
    public bool IsExhausted => (UInt128)_used.Count >= block.Count;

    /// <summary>Marks an address as in use, as an earlier run or the kernel says; false when it was already, or is not of this subnet.</summary>
    public bool Take(IPAddress address)
    {
        if (block.PlaceOf(address) is not { } place || !_used.Add(place))
            return false;
        _resting.Remove(place);
        return true;
    }

    /// <summary>Marks an address as freed at an earlier time.</summary>
    public void PutToRest(IPAddress address, DateTimeOffset freed)
    {
        if (block.PlaceOf(address) is not { } place || _used.Contains(place))
            return;
        _resting[place] = freed;
        if (place >= _next)
            _next = place + 1;
    }

    /// <summary>Gives an address out; null when pods have all of them.</summary>
    /// <param name="now">The time, to judge rests by.</param>
    public IPAddress? Allocate(DateTimeOffset now)
    {
        if (IsExhausted)
            return null;
        ForgetRested(now);
        var place = NextFree() ?? _resting.MinBy(r => (r.Value, r.Key)).Key;
        _resting.Remove(place);
        _used.Add(place);
        _next = place + 1;
        return block.At(place);
    }

    /// <summary>Takes an address back; its rest begins. False when nobody had it.</summary>
    public bool Free(IPAddress address, DateTimeOffset now)
    {
        if (block.PlaceOf(address) is not { } place || !_used.Remove(place))
            return false;
        _resting[place] = now;
        return true;
    }

    private void ForgetRested(DateTimeOffset now)
    {
        foreach (var (place, freed) in _resting.ToArray())
        {
            // A clock that was set back must not make a rest longer.
            if (freed > now)
                _resting[place] = now;
            else if (now - freed >= Rest)
                _resting.Remove(place);
        }
    }

    private UInt128? NextFree()
    {
        // Among used + resting + 1 successive places at least one is free, if any is at all.
        var place = _next < block.Count ? _next : 0;
        var tries = UInt128.Min(block.Count, (UInt128)(_used.Count + _resting.Count + 1));
        for (UInt128 i = 0; i < tries; i++)
        {
            if (!_used.Contains(place) && !_resting.ContainsKey(place))
                return place;
            place = place + 1 < block.Count ? place + 1 : 0;
        }

        return null;
    }
}
