using System.Diagnostics;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Processes;

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    /// <summary>Runs it inside a namespace.</summary>
    /// <param name="instance">The lab it belongs to.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static CommandOutput Run(LabInstance instance, NetworkNamespace? inside, string program, params ReadOnlySpan<string> arguments) =>
        Run(instance, inside, null, null, program, arguments);

    /// <summary>Runs it with input and variables.</summary>
    /// <param name="instance">The lab it belongs to.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    /// <param name="input">stdin; null: empty.</param>
    /// <param name="environment">Additional variables.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static CommandOutput Run(
        LabInstance instance,
        NetworkNamespace? inside,
        string? input,
        IReadOnlyDictionary<string, string>? environment,
        string program,
        params ReadOnlySpan<string> arguments)
    {
        using var process = Start(instance, inside, environment, program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandOutput(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs it without input until it ends or is told to: for programs that may wait for somebody else, as kubectl does.</summary>
    /// <param name="instance">The lab it belongs to.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancel">Kills it, and what it started.</param>
    /// <exception cref="OperationCanceledException">It was told to, or a Ctrl-C reached it and us alike: its exit code tells nothing then.</exception>
    public static async Task<CommandOutput> RunAsync(
        LabInstance instance,
        NetworkNamespace? inside,
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancel)
    {
        using var process = Start(instance, inside, null, program, [.. arguments]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        cancel.ThrowIfCancellationRequested();
        return new CommandOutput(process.ExitCode, await output, await errors);
    }

    private static Process Start(
        LabInstance instance,
        NetworkNamespace? inside,
        IReadOnlyDictionary<string, string>? environment,
        string program,
        ReadOnlySpan<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[LabInstance.Variable] = instance.Prefix;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        return (inside is null ? Process.Start(start) : inside.Run(() => Process.Start(start)))
            ?? throw new LabException($"{program} did not start.");
    }
}
