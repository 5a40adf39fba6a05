using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Lab;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 17: somebody deletes our CustomResourceDefinitions, and with them every object of these kinds.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class DefinitionsGoneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("workloadtags.yaml")]
    public async Task Traffic_and_denials_stay_and_subnets_and_tags_come_back_as_they_were(string file)
    {
        var definitions = System.IO.Path.Combine(LabPaths.Crds(), file);
        await using var lab = await LabCluster.StartAsync(FaultLab.Options("definitions") with { Nodes = 2 }, null, sweepAtEnd: true, Cancel);
        await lab.CreateNamespaceAsync("work", null, Cancel);
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab, lab.Nodes[0], "work", "client");
        var stranger = await pods.RunAsync(lab, lab.Nodes[0], "work", "stranger");
        var server = await pods.RunAsync(lab, lab.Nodes[1], "work", "server");
        Kubectl(lab, """{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"server","namespace":"work"},"spec":{"podSelector":{"matchLabels":{"app":"server"}},"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"client"}}}]}]}}""", "apply", "-f", "-");
        await Until.TrueAsync(TimeSpan.FromSeconds(20), "the stranger to be denied", async () => !await stranger.ReachesAsync(server));
        await Until.TrueAsync(TimeSpan.FromSeconds(20), "the client to be let in", () => client.ReachesAsync(server));
        var network = (await lab.Api.GetAsync(Path("overlaynetworks") + "/default", Cancel))!["spec"]!.DeepClone();
        var before = await AllocationsAsync(lab);
        var flows = await Flow.StartAllAsync([(client, server)]);

        Kubectl(lab, "", "delete", "-f", definitions);
        for (var i = 0; i < 20; i++)
        {
            (await stranger.ReachesAsync(server)).Should().BeFalse("what is denied stays denied");
            await Task.Delay(100, Cancel);
        }

        Kubectl(lab, "", "apply", "-f", definitions);
        await Until.TrueAsync(TimeSpan.FromSeconds(20), "the kinds to be served", async () => await lab.Api.GetAsync(Path("overlaynetworks") + "/default", Cancel) is not null || await TryCreateAsync(lab, network));
        var after = "";
        await Until.TrueAsync(TimeSpan.FromSeconds(90), "subnets and tags to be as before", async () => (after = await AllocationsAsync(lab)) == before, () => $"Before:\n{before}\nNow:\n{after}\n{lab.Operators[0].LogTail()}");
        await Until.TrueAsync(TimeSpan.FromSeconds(60), "pods to start again", async () => await StartsAsync(lab), () => lab.Nodes[0].Agent.LogTail());
        (await stranger.ReachesAsync(server)).Should().BeFalse();
        await Until.TrueAsync(TimeSpan.FromSeconds(20), "the client to be let in as before", () => client.ReachesAsync(server));
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    private static async Task<bool> StartsAsync(LabCluster lab)
    {
        await using var pod = await FaultPod.CreateAsync(lab, lab.Nodes[0], "work", "late", "client");
        return (await pod.AddAsync()).Succeeded;
    }

    private static async Task<bool> TryCreateAsync(LabCluster lab, JsonNode spec)
    {
        try
        {
            await lab.Api.CreateAsync(
                Path("overlaynetworks"),
                new JsonObject { ["apiVersion"] = OverlayGroup.ApiVersion, ["kind"] = "OverlayNetwork", ["metadata"] = new JsonObject { ["name"] = "default" }, ["spec"] = spec.DeepClone() },
                Cancel);
            return true;
        }
        catch (Overlay.Lab.Api.ApiRefusedException)
        {
            return false;
        }
    }

    /// <summary>Who has which block and which number, a line each.</summary>
    private static async Task<string> AllocationsAsync(LabCluster lab)
    {
        var subnets = (await lab.Api.ListAsync(Path("subnets"), Cancel)).Select(s => $"{s["spec"]!["nodeName"]} {s["spec"]!["cidr"]}");
        var tags = (await lab.Api.ListAsync(Path("workloadtags"), Cancel)).Select(t => $"{t["spec"]!["tag"]} {t["spec"]!["namespace"]} {t["spec"]!["labels"]!.ToJsonString()}");
        return string.Join('\n', subnets.Concat(tags).Order(StringComparer.Ordinal));
    }

    private static string Path(string plural) => $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/{plural}";

    private static void Kubectl(LabCluster lab, string input, params ReadOnlySpan<string> arguments) =>
        Command.Run(lab.Instance, null, input, null, LabPaths.Kubectl(), ["--kubeconfig", lab.Instance.Kubeconfig, .. arguments]).Checked();
}
