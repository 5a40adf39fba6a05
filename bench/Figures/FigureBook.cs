using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Overlay.Bench.Figures;

/// <summary>Collects the figures of a run: a JSON file each, and one table at the end.</summary>
/// <param name="folder">Where the JSON files go; made when missing.</param>
internal sealed class FigureBook(string folder)
{
    private readonly List<Figure> figures = [];

    public void Add(Figure figure)
    {
        figures.Add(figure);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, figure.Name + ".json"), JsonSerializer.Serialize(figure, FigureJson.Default.Figure) + "\n");
        AnsiConsole.MarkupLineInterpolated($"  {figure.Name}: [bold]{Number(figure.Ours)}[/] {figure.Unit}{Beside(figure)}");
    }

    public void Print()
    {
        var table = new Table().Border(TableBorder.Markdown);
        table.AddColumns("figure", "ours", "baseline", "ratio", "goal", "reached", "samples");
        foreach (var figure in figures)
        {
            table.AddRow(
                figure.Name,
                $"{Number(figure.Ours)} {figure.Unit}",
                figure.Baseline is { } baseline ? $"{Number(baseline)} {figure.Unit} ({figure.Against})" : "",
                figure.Ratio is { } ratio ? Number(ratio) : "",
                Markup.Escape(figure.Goal ?? ""),
                figure.Reached is { } reached ? (reached ? "yes" : "NO") : "",
                figure.Samples.Count.ToString(CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }

    private static string Beside(Figure figure) =>
        figure.Baseline is { } baseline ? $" ({figure.Against}: {Number(baseline)}, ratio {Number(figure.Ratio ?? 0)})" : "";

    private static string Number(double value) => value.ToString(value is < 10 and > -10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
