using System.Runtime.InteropServices;
using Overlay.Conformance;
using Overlay.Conformance.Data;
using Overlay.Lab;
using Spectre.Console;

// Without a terminal (a log, CI) tables would be squeezed into 80 columns.
if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 160;
using var interrupted = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = !interrupted.IsCancellationRequested;    // the second Ctrl-C ends us at once
    interrupted.Cancel();
});
try
{
    return await ConformanceRun.RunAsync(RunArguments.Parse(args), interrupted.Token);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"conformance: {e.Message}\n\n{RunArguments.Usage}");
}
catch (Exception e) when (e is ConformanceDataException or LabException)
{
    await Console.Error.WriteLineAsync($"conformance: {e.Message}");
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("conformance: interrupted.");
}

return 2;
