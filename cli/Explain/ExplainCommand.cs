using Overlay.Api.Nodes;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Cli.Explain.Kernel;
using Overlay.Cli.Files;
using Overlay.Cli.Text;

namespace Overlay.Cli.Explain;

/// <summary><c>kubectl overlay explain</c>: reads a cluster or files, answers, prints.</summary>
internal sealed class ExplainCommand(TextWriter output, TextReader input)
{
    private const string DefaultNamespace = "default";

    /// <summary>Runs it.</summary>
    /// <returns>1 when the connection is denied.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["namespace", "output", "filename", "kubeconfig", "context", "overlay-namespace"], ["offline", "policy-only"]);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Explain);
            return ExitCode.InOrder;
        }

        if (given.Words is not [var source, var destination, var port])
            throw new UsageException("explain takes SOURCE DESTINATION PORT[/PROTOCOL], as: kubectl overlay explain shop/front-1 shop/cart-1 8080 (--help tells more)");
        if (given.Has("offline") != given.Has("filename"))
            throw new UsageException(given.Has("offline") ? "--offline needs files: -f PATH" : "-f is for --offline; a live cluster is read from its API server");
        var format = given.Output("text", "json");

        var answer = given.Has("offline") ? FromFiles(given, source, destination, port) : await FromClusterAsync(given, source, destination, port, cancel);
        await output.WriteAsync(format is "json" ? JsonText.Of(answer, AnswerJson.Default.Answer) : AnswerText.Of(answer));
        return answer.Kernel is { Agrees: false } ? ExitCode.Disagreement : answer.Allowed ? ExitCode.InOrder : ExitCode.Problems;
    }

    private Answer FromFiles(Given given, string source, string destination, string port)
    {
        var ns = given.Text("namespace") ?? DefaultNamespace;
        var world = ExplainWorld.Of(FileReading.Read(given.All("filename"), input, ns));
        return Answer(world, End.Parse(source, ns), End.Parse(destination, ns), port);
    }

    private static async Task<Answer> FromClusterAsync(Given given, string source, string destination, string port, CancellationToken cancel)
    {
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var ns = given.Text("namespace") ?? connection.Settings.Namespace ?? DefaultNamespace;
        var (from, to) = (End.Parse(source, ns), End.Parse(destination, ns));
        var world = await ClusterWorld.ReadAsync(connection, [from, to], cancel);
        var answer = Answer(world, from, to, port);
        if (given.Has("policy-only"))
            return answer;
        var (here, there) = (FoundEnd.Of(world, from), FoundEnd.Of(world, to));
        return await KernelReading.AddAsync(
            answer, here, there, PortAsked.Parse(port, there), connection, given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace, cancel);
    }

    private static Answer Answer(ExplainWorld world, End source, End destination, string port)
    {
        var to = FoundEnd.Of(world, destination);
        return Answering.Of(world, FoundEnd.Of(world, source), to, PortAsked.Parse(port, to));
    }
}
