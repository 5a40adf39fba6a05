using Overlay.Lab.Probes;
using Spectre.Console;

namespace Overlay.Lab.Matrix;

/// <summary>A matrix in colour.</summary>
internal static class MatrixTable
{
    public static Table Of(ConnectivityMatrix matrix, string title)
    {
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn("from \\ to").NoWrap());
        foreach (var service in matrix.Services)
            table.AddColumn(new TableColumn(service.Replace(":", "\n:", StringComparison.Ordinal)).Centered().NoWrap());
        foreach (var client in matrix.Clients)
            table.AddRow([client, .. matrix.Services.Select(service => Cell(client, service, matrix.Cells[(client, service)]))]);
        return table;
    }

    private static string Cell(string client, string service, ProbeOutcome outcome) => outcome switch
    {
        _ when service.StartsWith(client + ":", StringComparison.Ordinal) && outcome == ProbeOutcome.Connected => "[grey]·[/]",
        ProbeOutcome.Connected => "[green]yes[/]",
        ProbeOutcome.Silence => "[red]no[/]",
        ProbeOutcome.Refused => "[yellow]refused[/]",
        _ => "[yellow]unreachable[/]",
    };
}
