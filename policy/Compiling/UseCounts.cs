namespace Overlay.Policy;

/// <summary>What is in use, by how many.</summary>
internal sealed class UseCounts<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _counts = [];

    /// <summary>Everything that is in use.</summary>
    public IReadOnlyCollection<T> Used => _counts.Keys;

    /// <summary>Changes with everything that comes into use or goes out of it.</summary>
    public int Version { get; private set; }

    /// <summary>Whether it is in use.</summary>
    public bool Contains(T item) => _counts.ContainsKey(item);

    /// <summary>One more use.</summary>
    public void Add(T item)
    {
        if (_counts.TryGetValue(item, out var count))
        {
            _counts[item] = count + 1;
        }
        else
        {
            _counts.Add(item, 1);
            Version++;
        }
    }

    /// <summary>One use less.</summary>
    public void Remove(T item)
    {
        if (!_counts.TryGetValue(item, out var count))
        {
            return;
        }

        if (count > 1)
        {
            _counts[item] = count - 1;
        }
        else
        {
            _counts.Remove(item);
            Version++;
        }
    }
}
