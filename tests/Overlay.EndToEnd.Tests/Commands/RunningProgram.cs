using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Commands;

/// <summary>A program that runs beside the test and is listened to.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();

    private RunningProgram(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed, on both streams.</summary>
    public IReadOnlyCollection<string> Lines => said;

    /// <inheritdoc cref="Lines"/>
    public string Output => string.Join('\n', said);

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static RunningProgram Start(string program, params IEnumerable<string> arguments) => new(StartOf(program, arguments));

    /// <summary>Starts the published <c>overlay-lab</c> as its user does.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="command">As <c>up</c>.</param>
    /// <param name="tools">A folder whose programs go before the machine's; null: none.</param>
    public static RunningProgram Lab(LabInstance instance, string command, string? tools = null)
    {
        var start = StartOf(Path.Combine(LabPaths.Binaries(), "overlay-lab"), [command, "--prefix", instance.Prefix]);
        if (tools is not null)
            start.Environment["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        return new RunningProgram(start);
    }

    /// <summary>Waits until it has printed something.</summary>
    /// <param name="text">What.</param>
    public Task UntilSaidAsync(string text) =>
        Until.TrueAsync(TimeSpan.FromSeconds(30), $"it to say '{text}'", () => Output.Contains(text, StringComparison.Ordinal), () => Output);

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

    private static ProcessStartInfo StartOf(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

    private void Hear(string? line)
    {
        if (line is not null)
            said.Enqueue(line);
    }
}
