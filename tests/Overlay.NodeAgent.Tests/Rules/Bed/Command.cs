using System.Diagnostics;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A program run to its end.</summary>
internal static class Command
{
    public static string Run(string[] line, string? input = null)
    {
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', line)}: exit {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }
}
