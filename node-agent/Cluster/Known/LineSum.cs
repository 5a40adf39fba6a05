using System.Globalization;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>A checksum that goes on from line to line: what is changed, missing or in another order is noticed at that line. FNV-1a, 64 bits, over characters.</summary>
/// <param name="State">The sum so far.</param>
internal readonly record struct LineSum(ulong State)
{
    /// <summary>The sum's length as text.</summary>
    public const int Length = 16;

    private const ulong Offset = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The sum of a first line.</summary>
    public static LineSum Of(string line) => new LineSum(Offset).Then(line);

    /// <summary>The sum after another line.</summary>
    public LineSum Then(string line)
    {
        var hash = State;
        foreach (var c in line)
            hash = (hash ^ c) * Prime;
        return new LineSum((hash ^ '\n') * Prime);
    }

    /// <summary>As it stands in a file.</summary>
    public override string ToString() => State.ToString("x16", CultureInfo.InvariantCulture);
}
