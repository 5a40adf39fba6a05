using System.Net;
using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 19: a node is deleted and added again, with the address it had or with another one.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class RejoinTests
{
    private static readonly IPAddress Other = IPAddress.Parse("192.168.77.99");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_peers_are_right_within_ten_seconds_whichever_address_it_comes_back_with()
    {
        await using var lab = await LabCluster.StartAsync(FaultLab.Options("rejoin") with { Nodes = 2 }, null, sweepAtEnd: true, Cancel);
        await lab.CreateNamespaceAsync("rejoin", null, Cancel);
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab, lab.Nodes[0], "rejoin", "client");
        var node = lab.Nodes[1];
        foreach (var (address, i) in new[] { node.Address, Other }.Select((address, i) => (address, i)))
        {
            var uid = await UidAsync(lab, node);
            await using (var before = await FaultPod.RunAsync(lab, node, "rejoin", $"before-{i}", "server"))
                await Until.TrueAsync(TimeSpan.FromSeconds(10), "the pods to talk", () => client.ReachesAsync(before));

            await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
            await lab.Api.DeleteAsync($"api/v1/nodes/{node.Name}", null, Cancel);
            if (!address.Equals(node.Address))
                node.Run("ip", "address", "add", $"{address}/24", "dev", UnderlayNetwork.NodeDevice).Checked();
            var registration = LabNode.Registration(node.Number, LabStack.IPv4);
            registration["status"]!["addresses"]![0]!["address"] = address.ToString();
            await lab.Api.CreateAsync("api/v1/nodes", registration, Cancel);
            (await UidAsync(lab, node)).Should().NotBe(uid);
            var subnet = await Until.ValueAsync(TimeSpan.FromSeconds(20), "the new Node to get a Subnet", async () => (await SubnetsAsync(lab)).SingleOrDefault(s => (string?)s["spec"]!["nodeUid"] != uid && Serves(s, node)));
            ((string?)subnet["spec"]!["underlayAddresses"]![0]).Should().Be(address.ToString());
            node.Agent.Start();
            await LabCluster.WaitReadyAsync(node, Cancel);

            var began = TimeProvider.System.GetTimestamp();
            await using var after = await FaultPod.RunAsync(lab, node, "rejoin", $"after-{i}", "server");
            IPNetwork.Parse((string)subnet["spec"]!["cidr"]!).Contains(after.Address!).Should().BeTrue($"{after.Address} is of the new Node's subnet {subnet["spec"]!["cidr"]}");
            await Until.TrueAsync(TimeSpan.FromSeconds(10) - TimeProvider.System.GetElapsedTime(began), "the pods to talk again", async () => await client.ReachesAsync(after) && await after.ReachesAsync(client));
            NodeState.VtepState(lab.Nodes[0]).Where(line => line.StartsWith("forward ", StringComparison.Ordinal)).Should().OnlyContain(line => line.EndsWith($" {address}"), "nothing of the former node stays");
        }
    }

    private static async Task<string> UidAsync(LabCluster lab, LabNode node) => (string)(await lab.Api.GetAsync($"api/v1/nodes/{node.Name}", Cancel))!["metadata"]!["uid"]!;

    private static Task<IReadOnlyList<JsonObject>> SubnetsAsync(LabCluster lab) => lab.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/subnets", Cancel);

    private static bool Serves(JsonObject subnet, LabNode node) => (string?)subnet["spec"]!["nodeName"] == node.Name && (string?)subnet["status"]?["phase"] is not "Released";
}
