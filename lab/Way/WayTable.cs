using Spectre.Console;

namespace Overlay.Lab.Way;

/// <summary>A way in colour.</summary>
internal static class WayTable
{
    public static Table Of(WayMeasurement measured, IReadOnlyList<WayStep> steps)
    {
        var verdict = measured.Result.Connected ? "[green]allowed[/]" : "[red]denied[/]";
        var table = new Table { Border = TableBorder.Rounded, ShowRowSeparators = true };
        table.Title = new TableTitle($"{measured.Client.Namespace}/{measured.Client.Name} -> {measured.Server.Namespace}/{measured.Server.Name}:{measured.Port}  {verdict}");
        table.AddColumn("#");
        table.AddColumn("where");
        table.AddColumn("what happens, and the proof");
        foreach (var step in steps)
        {
            table.AddRow(
                step.Happened ? $"[green]{step.Number}[/]" : $"[red]{step.Number}[/]",
                Markup.Escape(step.Where),
                Markup.Escape(step.What) + string.Concat(step.Proof.Where(p => p.Length > 0).Select(p => "\n[grey]" + Markup.Escape(p) + "[/]")));
        }

        return table;
    }
}
