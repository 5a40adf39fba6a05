namespace Overlay.Operator.Nodes;

/// <summary>For how long agents have been seen to be away, by our own clock: what was before we looked, or while we were blind, does not count.</summary>
internal sealed class Absences(TimeProvider time)
{
    private readonly Dictionary<string, long> _since = new(StringComparer.Ordinal);

    /// <summary>Notes what is seen of a node now.</summary>
    /// <returns>For how long its agent has been away.</returns>
    public TimeSpan See(string node, bool away)
    {
        if (!away)
        {
            _since.Remove(node);
            return TimeSpan.Zero;
        }

        if (_since.TryAdd(node, time.GetTimestamp()))
            return TimeSpan.Zero;
        return time.GetElapsedTime(_since[node]);
    }

    /// <summary>Nothing can be seen: the API server is away itself.</summary>
    public void Forget() => _since.Clear();

    /// <summary>Forgets nodes that are gone.</summary>
    public void Keep(IReadOnlySet<string> nodes)
    {
        foreach (var gone in _since.Keys.Where(node => !nodes.Contains(node)).ToArray())
            _since.Remove(gone);
    }
}
