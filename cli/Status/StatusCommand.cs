using Overlay.Api.Nodes;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Cli.Text;

namespace Overlay.Cli.Status;

/// <summary><c>kubectl overlay status</c>: reads, judges, prints.</summary>
internal sealed class StatusCommand(TextWriter output, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <returns>1 when there are problems.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["output", "overlay-namespace", "kubeconfig", "context"], []);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Status);
            return ExitCode.InOrder;
        }

        if (given.Words.Count > 0)
            throw new UsageException($"status takes no '{given.Words[0]}' (--help shows what it takes)");
        var format = given.Output("text", "wide", "json");

        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var cluster = await ClusterReading.ReadAsync(connection, given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace, cancel);
        var report = StatusAssessment.Of(cluster, time.GetUtcNow());
        await output.WriteAsync(
            format is "json" ? JsonText.Of(report, StatusJson.Default.StatusReport) : StatusText.Of(report, everyNode: format is "wide")
        );
        return report.Problems.IsEmpty ? ExitCode.InOrder : ExitCode.Problems;
    }
}
