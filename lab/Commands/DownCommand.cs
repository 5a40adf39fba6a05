using System.Globalization;
using Overlay.Lab.State;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary><c>overlay-lab down</c>: clears a lab in whatever state it is.</summary>
internal static class DownCommand
{
    public static async Task<int> RunAsync(LabInstance instance)
    {
        using var alone = LabLock.Take(instance);
        var swept = await LabSweep.RunAsync(instance);
        if (swept.Nothing)
            AnsiConsole.WriteLine($"nothing of {instance.Prefix} was left");
        else
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]cleared[/] {swept.Processes} processes, {swept.Namespaces} namespaces, {instance.Folder}");
        var left = LabSweep.Leftovers(instance);
        foreach (var thing in left)
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]still there:[/] {thing}");
        return left.Count == 0 ? 0 : 1;
    }
}
