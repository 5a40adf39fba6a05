using System.Globalization;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary>One line a step, as it is done.</summary>
internal sealed class StepPrinter : IProgress<LabStep>
{
    public void Report(LabStep value) => AnsiConsole.MarkupLineInterpolated(
        CultureInfo.InvariantCulture,
        $"[green]✓[/] [bold]{value.Name,-10}[/] {value.Detail} [grey]{value.Elapsed.TotalSeconds:0.0} s[/]");
}
