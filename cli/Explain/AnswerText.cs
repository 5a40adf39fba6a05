using System.Text;
using Overlay.Cli.Explain.Kernel;
using Overlay.Cli.Text;

namespace Overlay.Cli.Explain;

/// <summary>The answer for people. Pure.</summary>
internal static class AnswerText
{
    /// <summary>Renders.</summary>
    public static string Of(Answer answer)
    {
        var port = answer.Protocol is { } protocol ? $"{protocol} {answer.Port}" : "ICMP";
        var text = new StringBuilder($"{answer.Source} -> {answer.Destination} {port}: {(answer.Allowed ? "ALLOWED" : "DENIED")}\n");
        List<string[]> rows = [];
        if (answer.BeforePolicy is { } before)
            rows.Add(["policy", $"not asked: {before}"]);
        if (answer.Egress is not null)
            rows.Add(["source", Source(answer)]);
        if (answer.Egress is { } egress)
            rows.Add(["egress", Side(egress)]);
        if (answer.Ingress is { } ingress)
            rows.Add(["ingress", Side(ingress)]);
        if (answer.Kernel is { } kernel)
            rows.AddRange(KernelText.Rows(kernel));
        rows.AddRange(answer.Notes.Select((note, i) => (string[])[i == 0 ? "note" : "", note]));
        return text.Append(Table.Of(rows, 2)).ToString();
    }

    private static string Source(Answer answer)
    {
        var tag = answer.SourceTag is { } number ? $"tag {number}" : "";
        var workload = answer.SourceWorkload switch { null => "", "" => "workload without labels in force", var labels => $"workload {labels}" };
        return tag.Length > 0 && workload.Length > 0 ? $"{tag}, {workload}" : tag + workload;
    }

    private static string Side(SideAnswer side) => $"{(side.Allowed ? "yes" : "NO")}: {side.Text}";
}
