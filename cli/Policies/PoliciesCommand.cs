using System.Collections.Immutable;
using Overlay.Api.Json;
using Overlay.Api.Nodes;
using Overlay.Api.Policies;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Cli.Text;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;

namespace Overlay.Cli.Policies;

/// <summary><c>kubectl overlay policies</c>: reads, surveys, prints.</summary>
internal sealed class PoliciesCommand(TextWriter output, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <returns>1 when a policy is refused, or not in force everywhere.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["namespace", "output", "overlay-namespace", "kubeconfig", "context"], []);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Policies);
            return ExitCode.InOrder;
        }

        if (given.Words.Count > 0)
            throw new UsageException($"policies takes no '{given.Words[0]}' (--help shows what it takes)");
        var format = given.Output("text", "wide", "json");
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var reports = await SurveyAsync(connection, given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace, given.Text("namespace"), cancel);
        await output.WriteAsync(
            format is "json" ? JsonText.Of(reports, PoliciesJson.Default.ImmutableArrayPolicyReport) : PoliciesText.Of(reports, wide: format is "wide")
        );
        return reports.All(report => report.IsInOrder) ? ExitCode.InOrder : ExitCode.Problems;
    }

    private async Task<ImmutableArray<PolicyReport>> SurveyAsync(ClusterConnection connection, string overlayNamespace, string? ns, CancellationToken cancel)
    {
        // The Leases last: an agent that has a policy in force has told so at the earliest after the policy was there.
        var own = await ClusterReading.ListAsync(connection, OverlayJson.Default.OverlayPolicy, ns, cancel, UnreadablePolicy.Overlay);
        var namespaced = await ClusterReading.ListAsync(connection, OverlayJson.Default.NetworkPolicy, ns, cancel, UnreadablePolicy.Network);
        var cluster = ns is null ? await ClusterReading.ClusterPoliciesAsync(connection, cancel) : [];
        var subnets = await ClusterReading.ListAsync(connection, OverlayJson.Default.Subnet, null, cancel);
        var leases = await ClusterReading.ListAsync(connection, CoreJson.Default.Lease, overlayNamespace, cancel);
        var survey = new PolicySurvey(subnets, leases, time.GetUtcNow());
        var reports = cluster.Select(survey.Of).Concat(namespaced.Select(survey.Of)).Concat(own.Select(survey.Of));
        return [.. reports.OrderBy(report => report.Namespace, StringComparer.Ordinal).ThenBy(report => report.Name, StringComparer.Ordinal).ThenBy(report => report.Kind)];
    }
}
