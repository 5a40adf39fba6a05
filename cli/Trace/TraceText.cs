using System.Text;

namespace Overlay.Cli.Trace;

/// <summary>The report for people. Pure.</summary>
internal static class TraceText
{
    private const int WhereWidth = 22;

    /// <summary>Renders.</summary>
    public static string Of(TraceReport report)
    {
        var text = new StringBuilder($"{report.Source} -> {report.Destination} {report.Port}: {(report.Allowed ? "ALLOWED" : "DENIED")}");
        text.Append(report.Outcome is { } outcome ? $" by policy; the connection met: {outcome}\n\n" : " by policy; from files alone, no packet was sent\n\n");
        foreach (var step in report.Steps)
        {
            var mark = step.Happened switch { true => "ok", false => "NO", null => "  " };
            text.Append($"{mark} {step.Number,-4} {step.Where.PadRight(WhereWidth)} {step.What}\n");
            foreach (var proof in step.Proof.Where(p => p.Length > 0))
                text.Append(' ', 8 + WhereWidth + 1).Append(proof).Append('\n');
        }

        foreach (var note in report.Notes)
            text.Append($"\nnote: {note}");
        if (!report.Notes.IsEmpty)
            text.Append('\n');
        if (!report.Agrees)
            text.Append("\nWhat was seen is not what policy says: see the steps marked NO; kubectl overlay explain asks the kernel why\n");
        return text.ToString();
    }
}
