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
        using var process = (inside is null ? Process.Start(start) : inside.Run(() => Process.Start(start)))
            ?? throw new LabException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandOutput(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
