namespace Overlay.NodeAgent.Cni;

/// <summary>Counts and times of CNI calls, by command and error code.</summary>
internal sealed class CniMetrics
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Command, int Code), (long Count, double Seconds)> _calls = [];

    /// <summary>Counts one call.</summary>
    /// <param name="command">CNI_COMMAND.</param>
    /// <param name="code">The error code; 0 is success.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Count(string command, int code, TimeSpan elapsed)
    {
        lock (_lock)
        {
            var (count, seconds) = _calls.GetValueOrDefault((command, code));
            _calls[(command, code)] = (count + 1, seconds + elapsed.TotalSeconds);
        }
    }

    /// <summary>All counts so far.</summary>
    public IReadOnlyList<(string Command, int Code, long Count, double Seconds)> Snapshot()
    {
        lock (_lock)
            return [.. _calls.Select(c => (c.Key.Command, c.Key.Code, c.Value.Count, c.Value.Seconds))];
    }
}
