using Overlay.Api.Wire;
using Overlay.Operator.Numbers;

namespace Overlay.Operator.Workloads;

/// <summary>Finds free tags: 16 to 8191 first, which every node can hold; above only when asked to. Safe for several threads.</summary>
internal sealed class TagAllocator
{
    private readonly Lock _gate = new();
    private readonly FreeNumbers _free = new(Tag.FirstWorkload.Value, Tag.LastWorkload.Value);

    /// <summary>How many tags are free, wide ones included.</summary>
    public long Free
    {
        get
        {
            lock (_gate)
            {
                return _free.Count;
            }
        }
    }

    /// <summary>Takes the lowest free tag; null: there is none.</summary>
    /// <param name="wide">Whether tags above 8191 may be given out: only when every node's rules are nftables.</param>
    public Tag? Take(bool wide)
    {
        lock (_gate)
        {
            if (_free.Lowest() is not { } number || (number > Tag.LastNarrow.Value && !wide))
            {
                return null;
            }

            _free.Take(number);
            return new Tag((ushort)number);
        }
    }

    /// <summary>Marks a tag as taken: its object is there.</summary>
    public void Occupy(int tag)
    {
        lock (_gate)
        {
            _free.Take(tag);
        }
    }

    /// <summary>Marks a tag as free: its object is gone.</summary>
    public void GiveBack(int tag)
    {
        lock (_gate)
        {
            _free.GiveBack(tag);
        }
    }
}
