using System.ComponentModel;
using System.Diagnostics;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Loads a rule set text in one transaction.</summary>
internal interface INftTool
{
    /// <summary>Loads a text; the kernel takes all of it or nothing.</summary>
    /// <exception cref="RulesException">It was refused, and what nft said.</exception>
    Task LoadAsync(string text, CancellationToken stop);
}

/// <summary>The <c>nft</c> program, started once for each load, with the text on its standard input: nothing on the command line comes from anywhere else.</summary>
/// <param name="path">The program: a path, or a name to look up in PATH.</param>
/// <param name="prefix">A command line to start it through, as <c>ip netns exec NAME</c>; empty for none.</param>
internal sealed class NftTool(string path, IReadOnlyList<string> prefix) : INftTool
{
    /// <summary>What .NET adds to the number of the signal that ended a process.</summary>
    private const int SignalBase = 128;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task LoadAsync(string text, CancellationToken stop)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(Limit);
        using var process = Start();
        try
        {
            var said = process.StandardError.ReadToEndAsync(limited.Token);
            var printed = process.StandardOutput.ReadToEndAsync(limited.Token);
            await WriteAsync(process, text, limited.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limited.Token).ConfigureAwait(false);
            await printed.ConfigureAwait(false);
            if (process.ExitCode > SignalBase)
            {
                throw new RulesException(
                    $"{path} was ended by signal {process.ExitCode - SignalBase} while it loaded the overlay's rules; nothing changed in the kernel. nft before 1.1 faults "
                    + "where nft 1.1 or later has written a table, as another program's on this node: give the agent nft 1.1 or later (its image has it), or set OverlayNetwork.spec.rules.backend to iptables.");
            }

            if (process.ExitCode != 0)
            {
                throw new RulesException($"{path} refused the overlay's rules (exit {process.ExitCode}); it said: {Head(await said.ConfigureAwait(false))}");
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new RulesException($"{path} did not load the overlay's rules within {Limit.TotalSeconds} s and was stopped. Nothing changed in the kernel; it is tried again.", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo
        {
            FileName = prefix.Count > 0 ? prefix[0] : path,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in prefix.Count > 0 ? [.. prefix.Skip(1), path, "-f", "-"] : (string[])["-f", "-"])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new RulesException($"{path} could not be started.");
        }
        catch (Win32Exception e)
        {
            throw new RulesException($"{path} could not be started: {e.Message}. Install nftables (nft 1.0.6 or later) on the node, or name its path in the agent's options.", e);
        }
    }

    private static async Task WriteAsync(Process process, string text, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.WriteAsync(text.AsMemory(), stop).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all: its exit code and its words tell why.
        }
    }

    /// <summary>The first lines tell the cause; a text with thousands of elements repeats it as often.</summary>
    private static string Head(string said)
    {
        const int most = 1000;
        var trimmed = said.Trim();
        return trimmed.Length <= most ? trimmed : $"{trimmed[..most]} ...";
    }
}
