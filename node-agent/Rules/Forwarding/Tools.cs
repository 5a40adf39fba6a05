using System.ComponentModel;
using System.Diagnostics;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>Programs by name, each argument given as it is: no shell.</summary>
/// <param name="prefix">A command line to start them through, as <c>ip netns exec NAME</c>; empty for none.</param>
internal sealed class Tools(IReadOnlyList<string> prefix) : ITools
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<ToolResult?> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken stop)
    {
        string[] line = [.. prefix, program, .. arguments];
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(Limit);
        using var process = Start(line);
        if (process is null)
        {
            return null;
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var errors = process.StandardError.ReadToEndAsync(limited.Token);
            await WriteAsync(process, input, limited.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limited.Token).ConfigureAwait(false);
            return new ToolResult(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new RulesException($"{program} did not end within {Limit.TotalSeconds} s and was stopped; it is tried again.", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), stop).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all: its exit code and its words tell why.
        }
    }

    private static Process? Start(string[] line)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(line[0], line[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
