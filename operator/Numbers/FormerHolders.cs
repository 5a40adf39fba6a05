namespace Overlay.Operator.Numbers;

/// <summary>
/// Who held what when its object vanished without having rested: somebody deleted it, or the definition with all objects of the kind. Nodes act on it
/// all the same, so for a while it is its former holder's and nobody else's. Safe for several threads.
/// </summary>
/// <typeparam name="TThing">What is held: a number, a block.</typeparam>
/// <typeparam name="THolder">By whom.</typeparam>
/// <param name="rest">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class FormerHolders<TThing, THolder>(TimeSpan rest, TimeProvider time)
    where TThing : struct
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TThing, (THolder Holder, long Since)> _held = [];

    /// <summary>What still rests.</summary>
    public IReadOnlyCollection<TThing> Resting
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _held.Keys];
            }
        }
    }

    /// <summary>The object vanished.</summary>
    public void Keep(TThing thing, THolder holder)
    {
        lock (_gate)
        {
            _held[thing] = (holder, time.GetTimestamp());
        }
    }

    /// <summary>The object is there, or rested before it went.</summary>
    public void Forget(TThing thing)
    {
        lock (_gate)
        {
            _held.Remove(thing);
        }
    }

    /// <summary>Whether it rests.</summary>
    public bool IsResting(TThing thing)
    {
        lock (_gate)
        {
            Expire();
            return _held.ContainsKey(thing);
        }
    }

    /// <summary>What such a holder held; null: nothing that rests.</summary>
    public TThing? Find(Func<TThing, THolder, bool> matches)
    {
        lock (_gate)
        {
            Expire();
            foreach (var (thing, (holder, _)) in _held)
            {
                if (matches(thing, holder))
                {
                    return thing;
                }
            }

            return null;
        }
    }

    private void Expire()
    {
        foreach (var (thing, _) in _held.Where(h => time.GetElapsedTime(h.Value.Since) >= rest).ToArray())
        {
            _held.Remove(thing);
        }
    }
}
