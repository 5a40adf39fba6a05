using Overlay.Api.Objects;

namespace Overlay.Kube.Events;

/// <summary>
/// Counts the same occurrences together, and lets each of them be written at most every few seconds, and one object's not without end:
/// a reconcile loop that fails every five milliseconds must not become a load on the API server.
/// </summary>
internal sealed class EventLedger(TimeProvider time)
{
    private const int Most = 1024;
    private const int Burst = 25;

    /// <summary>The same occurrence is written again no sooner than this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>How long an object waits for one more Event when it has used up its burst; as client-go.</summary>
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private readonly Dictionary<object, Entry> _entries = [];
    private readonly Dictionary<object, Allowance> _allowances = [];

    /// <summary>Counts an occurrence; null: it is not to be written now.</summary>
    public Entry? Enter(Occurrence occurrence)
    {
        // Old ones are not worth a clock of their own: at the limit all are forgotten, and counts begin anew.
        if (_entries.Count >= Most)
            _entries.Clear();
        if (_allowances.Count >= Most)
            _allowances.Clear();

        if (!_entries.TryGetValue(occurrence.Sameness, out var entry))
            _entries[occurrence.Sameness] = entry = new Entry { First = occurrence.At };
        entry.Count++;
        var now = time.GetTimestamp();
        if (entry.WrittenAt is { } at && time.GetElapsedTime(at, now) < Pause)
            return null;
        if (!AllowanceOf(occurrence).Spend(time, now))
            return null;
        entry.WrittenAt = now;
        return entry;
    }

    private Allowance AllowanceOf(Occurrence occurrence)
    {
        var about = (occurrence.About.Kind, occurrence.About.Namespace, occurrence.About.Name, occurrence.About.Uid);
        return _allowances.TryGetValue(about, out var there) ? there : _allowances[about] = new Allowance(time.GetTimestamp());
    }

    /// <summary>One Event object, and how often it happened.</summary>
    internal sealed class Entry
    {
        public int Count { get; set; }

        public DateTimeOffset First { get; init; }

        public long? WrittenAt { get; set; }

        public ObjectKey? Written { get; set; }
    }

    /// <summary>A token bucket.</summary>
    private sealed class Allowance(long since)
    {
        private double _left = Burst;
        private long _since = since;

        public bool Spend(TimeProvider time, long now)
        {
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_since, now) / Refill));
            _since = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
