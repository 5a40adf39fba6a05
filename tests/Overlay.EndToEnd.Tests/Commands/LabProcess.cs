using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Overlay.Lab;
using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Commands;

/// <summary>The published <c>overlay-lab</c> as its user runs it, with a lab of its own.</summary>
internal sealed class LabProcess : IDisposable
{
    private static readonly string Binary = Path.Combine(LabPaths.Binaries(), "overlay-lab");

    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();

    private LabProcess(Process process) => this.process = process;

    /// <summary>All that it has printed.</summary>
    public string Output => string.Join('\n', said);

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Starts a command on a lab.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="command">As <c>up</c>.</param>
    /// <param name="tools">A folder whose programs go before the machine's; null: none.</param>
    public static LabProcess Start(LabInstance instance, string command, string? tools = null)
    {
        var start = new ProcessStartInfo(Binary, [command, "--prefix", instance.Prefix]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (tools is not null)
            start.Environment["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        var lab = new LabProcess(Process.Start(start)!);
        lab.process.OutputDataReceived += (_, line) => lab.said.Enqueue(line.Data ?? "");
        lab.process.ErrorDataReceived += (_, line) => lab.said.Enqueue(line.Data ?? "");
        lab.process.BeginOutputReadLine();
        lab.process.BeginErrorReadLine();
        return lab;
    }

    /// <summary>Waits until it has printed something.</summary>
    /// <param name="text">What.</param>
    public Task UntilSaidAsync(string text) =>
        Faults.Until.TrueAsync(TimeSpan.FromSeconds(30), $"overlay-lab to say '{text}'", () => Output.Contains(text, StringComparison.Ordinal), () => Output);

    /// <summary>Ctrl-C as it reaches this process alone: its children hear nothing of it.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>kill -9.</summary>
    public void Kill() => process.Kill();

    /// <summary>Waits for its end and returns how long that took.</summary>
    /// <param name="patience">How long at most.</param>
    public async Task<TimeSpan> EndAsync(TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(patience, TestContext.Current.CancellationToken);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
