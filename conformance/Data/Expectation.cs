using System.Collections.Immutable;

namespace Overlay.Conformance.Data;

/// <summary>What must connect: for each port and source a row with one character for each endpoint of <see cref="Order"/>.</summary>
public sealed record Expectation
{
    /// <summary>Must connect.</summary>
    public const char Open = '.';

    /// <summary>Must not connect.</summary>
    public const char Closed = 'X';

    /// <summary>All characters there are: the last three are not asserted (own pod, not probed, unsettled).</summary>
    public const string Characters = ".X#-?";

    /// <summary>The endpoints: <c>namespace/pod</c> or <c>ext/name</c>.</summary>
    public required ImmutableArray<string> Order { get; init; }

    /// <summary>By port (<c>TCP/80</c>), then by source.</summary>
    public required ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Matrix { get; init; }

    /// <summary>The cells that say something.</summary>
    public IEnumerable<Cell> Asserted()
    {
        foreach (var (probe, rows) in Matrix)
        {
            var port = PortProbe.Parse(probe);
            foreach (var (from, row) in rows)
            {
                for (var i = 0; i < Order.Length; i++)
                {
                    if (row[i] is Open or Closed)
                        yield return new Cell(from, Order[i], port, row[i] == Open);
                }
            }
        }
    }
}

/// <summary>One asserted cell of a matrix.</summary>
/// <param name="From">The source endpoint.</param>
/// <param name="To">The destination endpoint; its own address is asked.</param>
/// <param name="Port">The port.</param>
/// <param name="Open">Whether a new connection must succeed.</param>
public sealed record Cell(string From, string To, PortProbe Port, bool Open);
