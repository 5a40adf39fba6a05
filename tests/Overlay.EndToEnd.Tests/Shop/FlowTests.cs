using System.Text.Json;
using Overlay.Api.Flows;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Processes;
using Flow = Overlay.Api.Flows.Flow;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>What agents tell of denied and allowed connections, in their logs.</summary>
[Collection(LabCollection.Name)]
public sealed class FlowTests(LabFixture lab)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Denied_allowed_and_audited_connections_are_told_with_names_and_the_policy_that_decides()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);

        ground.Apply(NetworkPolicy("[{from: [{podSelector: {matchLabels: {app: other}}}]}]"));
        var denied = await ToldAsync(ground, "other:8080 other:9100", flow => flow is { Verdict: FlowVerdict.Denied, Source.Namespace: "np-home", Source.Workload: "app=front", Destination.Port: 8080 });
        denied.Destination.Should().BeEquivalentTo(new { Namespace = "np-home", Pod = "server", Workload = "app=server" });
        (denied.Source.Address, denied.Source.Pod, denied.Direction).Should().Be((ground["front"].Address.ToString(), null, FlowDirection.Ingress), "front is on another node, whose pods node1 does not know");
        denied.DecidedBy.Should().Equal("netpol np-home/tried");
        lab.Kubectl("delete", "networkpolicy", "-n", "np-home", "tried").Checked();

        ground.Apply(OverlayPolicy("Enforce", "[{log: true, from: [{podSelector: {matchLabels: {app: other}}}]}, {from: [{podSelector: {matchLabels: {app: front}}}]}]"));
        var allowed = await ToldAsync(ground, "front:8080 front:9100 other:8080 other:9100", flow => flow is { Verdict: FlowVerdict.Allowed, Source.Pod: "other" });
        allowed.DecidedBy.Should().Equal("np-home/tried ingress[0]");
        Told().Should().NotContain(flow => flow.Verdict == FlowVerdict.Allowed && flow.Source.Workload == "app=front", "that rule does not ask for it");

        ground.Apply(OverlayPolicy("Audit", "[{from: [{podSelector: {matchLabels: {app: other}}}], ports: [{port: 9100}]}]"));
        var audited = await ToldAsync(ground, "front:8080 front:9100 other:8080 other:9100 guest:8080 guest:9100", flow => flow is { Verdict: FlowVerdict.Audit, Source.Namespace: "np-guest" });
        audited.Reason.Should().StartWith("isolated by np-home/tried");
        Told().Should().NotContain(flow => flow.Verdict == FlowVerdict.Audit && flow.Source.Pod == "other" && flow.Destination.Port == 9100, "that it would allow");
        Followed("--audit", "-n", "np-guest").Should().Contain("AUDIT   np-guest/guest (").And.Contain("-> np-home/server (").And.Contain("ingress on node1: isolated by np-home/tried")
            .And.NotContain("ALLOWED", "that was not asked for");
        await Until.TrueAsync(Soon, "an Event on the audited policy", () => lab.Kubectl("get", "events", "-n", "np-home").Checked().Contains("AuditWouldDeny", StringComparison.Ordinal));
    }

    /// <summary>Lets all try until a flow is told by the server's node.</summary>
    private async Task<Flow> ToldAsync(PolicyGround ground, string sees, Func<Flow, bool> wanted)
    {
        Flow? found = null;
        await Until.TrueAsync(
            Soon,
            "a flow",
            async () =>
            {
                await ground.SeesAsync(sees);
                return (found = Told().LastOrDefault(wanted)) is not null;
            },
            () => string.Join('\n', Told().TakeLast(5).Select(flow => flow.ToString())));
        return found!;
    }

    /// <summary>What <c>kubectl overlay flows</c> prints: it asks all agents, and names pods of other nodes, too.</summary>
    private string Followed(params ReadOnlySpan<string> arguments) =>
        Command.Run(lab.Cluster.Instance, null, Path.Combine(LabPaths.Binaries(), "kubectl-overlay"), ["flows", "--kubeconfig", lab.Cluster.Instance.Kubeconfig, .. arguments]).Checked();

    private List<Flow> Told() =>
        [
            .. File.ReadLines(lab.Cluster.Node("node1").Agent.LogPath)
                .Where(line => line.StartsWith("{\"event\":\"flow\"", StringComparison.Ordinal) && line.EndsWith('}'))
                .Select(line => JsonSerializer.Deserialize(line, FlowJson.Default.Flow)!),
        ];

    private static string NetworkPolicy(string ingress) => $$$"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: tried, namespace: np-home}
        spec: {podSelector: {matchLabels: {app: server}}, ingress: {{{ingress}}} }
        """;

    private static string OverlayPolicy(string mode, string ingress) => $$$"""
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayPolicy
        metadata: {name: tried, namespace: np-home}
        spec: {mode: {{{mode}}}, podSelector: {matchLabels: {app: server}}, ingress: {{{ingress}}} }
        """;
}
