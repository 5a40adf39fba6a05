using System.Diagnostics;
using System.Net;
using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;

namespace Overlay.Conformance.Packets;

/// <summary>When a state is in force, and what packets say then.</summary>
/// <remarks>
/// A matrix holds when every agent has said that its rules are made from these policies, and then every cell of one whole round was right, and no
/// node changed a rule from before the round until after it. Until then it is tried again; what stays wrong while no node changes any rule is wrong.
/// </remarks>
internal sealed partial class PacketsCluster
{
    /// <summary>From the API server's answer until the first round, for labels and deletions: several times what those usually take to be in force.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(60);

    /// <summary>How long a cell may stay wrong while no rule changes anywhere.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(3);

    /// <summary>How long a step may take at all.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async Task<Tried> TryAsync(IReadOnlyList<Cell> cells, bool silence, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(cells);

        // .NET opens no SCTP socket; an SCTP rule still isolates TCP and UDP, which the other cells show.
        var all = cells.Where(c => c.Port.Protocol != IpProtocol.SCTP).Select(Inquire).ToList();
        await inForce.WaitAsync(cancel);
        await Task.Delay(Settling, cancel);
        var began = Stopwatch.GetTimestamp();
        var lastMove = began;
        var asked = all;
        IReadOnlyList<(Cell, string)>? before = null;
        while (true)
        {
            var changes = await activity.ChangesAsync(cancel);
            var outcomes = await round.AskAsync(asked, cancel);
            var wrong = asked.Zip(outcomes).Where(a => IsWrong(a.First.Cell, a.Second, silence)).Select(a => (a.First, Got: Told(a.Second))).ToList();
            var still = await activity.ChangesAsync(cancel) == changes;
            if (wrong.Count == 0 && asked.Count == all.Count && still)
                return new Tried(all.Count, []);

            var named = wrong.Select(w => (w.First.Cell, w.Got)).ToList();
            if (!still || before is null || !before.SequenceEqual(named))
                lastMove = Stopwatch.GetTimestamp();
            before = named;
            if (wrong.Count > 0 && (Stopwatch.GetElapsedTime(lastMove) > Stuck || Stopwatch.GetElapsedTime(began) > Limit))
                return new Tried(all.Count, named);
            if (wrong.Count == 0 && Stopwatch.GetElapsedTime(began) > 2 * Limit)
                throw new TimeoutException($"the nodes' rules did not come to rest within {(2 * Limit).TotalSeconds} s.");

            // First only what was wrong; then, when that is right, everything once more.
            asked = wrong.Count > 0 ? [.. wrong.Select(w => w.First)] : all;
        }
    }

    private static bool IsWrong(Cell cell, ProbeOutcome outcome, bool silence) => cell.Open
        ? outcome != ProbeOutcome.Open
        : outcome is ProbeOutcome.Open or ProbeOutcome.Delivered || (silence && outcome == ProbeOutcome.Refused);

    private static string Told(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Open => ".",
        ProbeOutcome.Silent => "X",
        ProbeOutcome.Refused => "X (refused)",
        _ => "X (but it arrived)",
    };

    private Inquiry Inquire(Cell cell)
    {
        var from = externals.FirstOrDefault(e => "ext/" + e.Key == cell.From).Value?.Space ?? pods[cell.From].Space;
        return new Inquiry(cell, from, new IPEndPoint(addresses[cell.To], cell.Port.Port));
    }
}
