using Overlay.Conformance.Playing;
using Spectre.Console;

namespace Overlay.Conformance.Reporting;

/// <summary>The results by suite.</summary>
internal static class ResultTable
{
    public static Table Of(IReadOnlyCollection<CaseResult> results)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumn("suite");
        foreach (var column in (string[])["cases", "passed", "failed", "skipped", "cells", "wrong"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var suite in results.GroupBy(r => r.Suite, StringComparer.Ordinal).OrderBy(s => s.Key, StringComparer.Ordinal))
            table.AddRow(Row(suite.Key, [.. suite]));
        table.AddRow(Row("all", results));
        return table;
    }

    private static string[] Row(string name, IReadOnlyCollection<CaseResult> results) =>
    [
        Markup.Escape(name),
        .. ((int[])[
            results.Count, results.Count(r => r.Passed), results.Count(r => r.Failed), results.Count(r => r.Skipped is not null), results.Sum(r => r.Cells),
            results.Sum(r => r.Wrong.Length),
        ]).Select(n => n.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
