namespace Overlay.Operator.Numbers;

/// <summary>Which numbers of a range are free, kept as runs of free ones: finding, taking and giving back cost O(log runs).</summary>
/// <param name="first">The lowest number.</param>
/// <param name="last">The highest number.</param>
internal sealed class FreeNumbers(long first, long last)
{
    private readonly SortedSet<Run> _runs = last < first ? new(ByFirst) : new(ByFirst) { new Run(first, last) };

    private static readonly Comparer<Run> ByFirst = Comparer<Run>.Create((left, right) => left.First.CompareTo(right.First));

    /// <summary>How many numbers are free.</summary>
    public long Count { get; private set; } = Math.Max(0, last - first + 1);

    /// <summary>Whether a number is free.</summary>
    public bool Contains(long number) => RunAtOrBelow(number) is { } run && run.Last >= number;

    /// <summary>The lowest free number from <paramref name="least"/> on; null: there is none.</summary>
    public long? Lowest(long least = long.MinValue)
    {
        if (RunAtOrBelow(least) is { } around && around.Last >= least)
        {
            return least;
        }

        return least > last ? null : _runs.GetViewBetween(new Run(least, 0), new Run(long.MaxValue, 0)).Min?.First;
    }

    /// <summary>Takes the numbers from <paramref name="from"/> to <paramref name="to"/>, as far as they are free.</summary>
    public void Take(long from, long to)
    {
        while (RunTouching(from, to) is { } run)
        {
            _runs.Remove(run);
            var (start, end) = (Math.Max(run.First, from), Math.Min(run.Last, to));
            Count -= end - start + 1;
            if (run.First < start)
            {
                _runs.Add(new Run(run.First, start - 1));
            }

            if (end < run.Last)
            {
                _runs.Add(new Run(end + 1, run.Last));
            }
        }
    }

    /// <summary>Takes one number; false: it was not free.</summary>
    public bool Take(long number)
    {
        if (!Contains(number))
        {
            return false;
        }

        Take(number, number);
        return true;
    }

    /// <summary>Gives one number back; one that is free already, or not of the range, stays as it is.</summary>
    public void GiveBack(long number)
    {
        if (number < first || number > last || Contains(number))
        {
            return;
        }

        var (start, end) = (number, number);
        if (RunAtOrBelow(number) is { } below && below.Last == number - 1)
        {
            _runs.Remove(below);
            start = below.First;
        }

        if (RunAtOrBelow(number + 1) is { } above && above.First == number + 1)
        {
            _runs.Remove(above);
            end = above.Last;
        }

        _runs.Add(new Run(start, end));
        Count++;
    }

    private Run? RunTouching(long from, long to) => RunAtOrBelow(to) is { } run && run.Last >= from ? run : null;

    // Min and Max of a view are O(log n); its Count would walk it.
    private Run? RunAtOrBelow(long number) => _runs.GetViewBetween(new Run(long.MinValue, 0), new Run(number, 0)).Max;

    private sealed record Run(long First, long Last);
}
