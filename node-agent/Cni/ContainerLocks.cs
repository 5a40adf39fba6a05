namespace Overlay.NodeAgent.Cni;

/// <summary>One call at a time for each container; different containers do not wait for each other (spec, section 2).</summary>
internal sealed class ContainerLocks
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Waits for the container's turn; dispose the result to let the next one in.</summary>
    public async Task<IDisposable> EnterAsync(string containerId, CancellationToken cancellation)
    {
        Entry entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(containerId, out entry!))
                _entries[containerId] = entry = new Entry(this, containerId);
            entry.Users++;
        }

        try
        {
            await entry.Turn.WaitAsync(cancellation);
            return entry;
        }
        catch
        {
            Leave(entry);
            throw;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(entry.ContainerId);
                entry.Turn.Dispose();
            }
        }
    }

    private sealed class Entry(ContainerLocks owner, string containerId) : IDisposable
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public string ContainerId => containerId;

        public int Users { get; set; }

        public void Dispose()
        {
            Turn.Release();
            owner.Leave(this);
        }
    }
}
