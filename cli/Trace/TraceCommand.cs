using Overlay.Api.Nodes;
using Overlay.Cli.Agents;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Cli.Explain;
using Overlay.Cli.Explain.Kernel;
using Overlay.Cli.Files;
using Overlay.Cli.Text;
using Overlay.Policy;

namespace Overlay.Cli.Trace;

/// <summary><c>kubectl overlay trace</c>: one real connection between two pods, followed step by step; or by files the way that it would take.</summary>
internal sealed class TraceCommand(TextWriter output, TextReader input)
{
    private const string DefaultNamespace = "default";

    /// <summary>Runs it.</summary>
    /// <returns>1 when the connection is denied, 3 when what was seen is not what policy says.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["namespace", "output", "filename", "kubeconfig", "context", "overlay-namespace"], ["offline"]);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Trace);
            return ExitCode.InOrder;
        }

        if (given.Words is not [var source, var destination, var port])
            throw new UsageException("trace takes SOURCE DESTINATION PORT[/PROTOCOL], as: kubectl overlay trace shop/front-1 shop/cart-1 8080 (--help tells more)");
        if (given.Has("offline") != given.Has("filename"))
            throw new UsageException(given.Has("offline") ? "--offline needs files: -f PATH" : "-f is for --offline; a live cluster is read from its API server");
        var format = given.Output("text", "json");
        var report = given.Has("offline") ? FromFiles(given, source, destination, port) : await LiveAsync(given, source, destination, port, cancel);
        await output.WriteAsync(format is "json" ? JsonText.Of(report, TraceJson.Default.TraceReport) : TraceText.Of(report));
        return !report.Agrees ? ExitCode.Disagreement : report.Allowed ? ExitCode.InOrder : ExitCode.Problems;
    }

    private TraceReport FromFiles(Given given, string source, string destination, string port)
    {
        var ns = given.Text("namespace") ?? DefaultNamespace;
        var world = ExplainWorld.Of(FileReading.Read(given.All("filename"), input, ns));
        var (from, to, asked) = Ends(world, End.Parse(source, ns), End.Parse(destination, ns), port);
        var answer = Answering.Of(world, from, to, asked);
        return new TraceReport(answer.Source, answer.Destination, $"{asked}", answer.Allowed, null, null, ImpliedSteps.Of(answer), answer.Notes);
    }

    private static async Task<TraceReport> LiveAsync(Given given, string source, string destination, string port, CancellationToken cancel)
    {
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var ns = given.Text("namespace") ?? connection.Settings.Namespace ?? DefaultNamespace;
        var overlay = given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace;
        var (here, there) = (End.Parse(source, ns), End.Parse(destination, ns));
        var world = await ClusterWorld.ReadAsync(connection, [here, there], cancel);
        var (from, to, asked) = Ends(world, here, there, port);
        var answer = await KernelReading.AddAsync(Answering.Of(world, from, to, asked), from, to, asked, connection, overlay, cancel);
        try
        {
            return await new LiveTrace(await AgentPods.FindAsync(connection, overlay, cancel)).RunAsync(answer, from, to, asked, cancel);
        }
        catch (AgentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static (FoundEnd From, FoundEnd To, PortAsked Asked) Ends(ExplainWorld world, End source, End destination, string port)
    {
        var (from, to) = (FoundEnd.Of(world, source), FoundEnd.Of(world, destination));
        var asked = PortAsked.Parse(port, to);
        if (from.Pod is not { Spec.HostNetwork: false } || to.Pod is not { Spec.HostNetwork: false } || ReferenceEquals(from.Pod, to.Pod))
            throw new UsageException($"'{from.Name}' to '{to.Name}': a trace goes from one pod to another, both on the pod network");
        if (!asked.Protocol.HasPorts() || asked.Protocol == IpProtocol.SCTP)
            throw new UsageException($"'{port}': TCP and UDP are traced");
        return (from, to, asked);
    }
}
