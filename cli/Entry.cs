using System.Reflection;
using Overlay.Cli.Agents;
using Overlay.Cli.Arguments;
using Overlay.Cli.Bundle;
using Overlay.Cli.Check;
using Overlay.Cli.Diff;
using Overlay.Cli.Explain;
using Overlay.Cli.Files;
using Overlay.Cli.Flows;
using Overlay.Cli.Policies;
using Overlay.Cli.Status;
using Overlay.Cli.Trace;
using Overlay.Kube.Connection;
using Overlay.Kube.Entities;

namespace Overlay.Cli;

/// <summary>Finds the command, runs it, and turns every failure into one sentence and an exit code.</summary>
/// <param name="output">Takes answers.</param>
/// <param name="errors">Takes failures.</param>
/// <param name="input">Read for <c>-f -</c>.</param>
/// <param name="time">The clock that Leases are compared with.</param>
internal sealed class Entry(TextWriter output, TextWriter errors, TextReader input, TimeProvider time)
{
    private static string Version { get; } =
        typeof(Entry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        try
        {
            var (command, rest) = args.Count == 0 ? ("help", []) : (args[0], args.Skip(1).ToList());
            return command switch
            {
                "status" => await new StatusCommand(output, time).RunAsync(rest, cancel),
                "check" => await new CheckCommand(output).RunAsync(rest, cancel),
                "diff" => await new DiffCommand(output, input).RunAsync(rest, cancel),
                "flows" => await new FlowsCommand(output, errors).RunAsync(rest, cancel),
                "explain" => await new ExplainCommand(output, input).RunAsync(rest, cancel),
                "trace" => await new TraceCommand(output, input).RunAsync(rest, cancel),
                "bundle" => await new BundleCommand(output, time).RunAsync(rest, cancel),
                "policies" => await new PoliciesCommand(output, time).RunAsync(rest, cancel),
                "version" or "--version" => Say($"kubectl-overlay {Version}"),
                "help" or "--help" or "-h" => Say(Usage.Main),
                _ => throw new UsageException($"there is no command '{command}': it is status, check, policies, explain, trace, flows, diff, bundle or version (kubectl overlay --help)"),
            };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is UsageException or ConnectionSettingsException or ObjectFileException or AgentException)
        {
            return Fail(e.Message);
        }
        catch (KubernetesException e)
        {
            return Fail(e.Message + Cure(e));
        }
    }

    private static string Cure(KubernetesException e) =>
        e.IsNotFound ? "\nIs Overlay installed in this cluster? Its kinds are served when `kubectl get crd overlaynetworks.overlay-cni.io` finds one."
        : e.IsForbidden ? "\nYour user lacks this right; a role that may get and list it is needed."
        : e.IsUnreachable ? "\nIs this the cluster you meant? See `kubectl config current-context`, or pass --kubeconfig or --context."
        : "";

    private int Say(string text)
    {
        output.WriteLine(text);
        return ExitCode.InOrder;
    }

    private int Fail(string message)
    {
        errors.WriteLine($"kubectl-overlay: {message}");
        return ExitCode.Failed;
    }
}
