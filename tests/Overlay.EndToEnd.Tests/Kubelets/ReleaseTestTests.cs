using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary><c>helm test</c>: the chart's test pods run in containers; what it says is worth something only if it can fail.</summary>
[Collection(KubeletCollection.Installed)]
public sealed class ReleaseTestTests() : KubeletTests(KubeletCollection.Installed)
{
    private const string Policies = $"apis/networking.k8s.io/v1/namespaces/{HelmTool.Namespace}/networkpolicies";

    [Fact]
    public async Task It_passes_and_fails_when_the_allowed_client_is_denied_and_when_the_denied_one_is_allowed()
    {
        await InstalledAsync(["test.seconds=12"]);
        await Cluster.HelmAsync("test", "overlay");
        (await ClientsAsync()).Should().BeEmpty("what succeeded is cleared away");

        await PolicyAsync("nothing-leaves", """{"podSelector":{"matchLabels":{"app.kubernetes.io/component":"test-allowed"}},"policyTypes":["Egress"]}""");
        await ShouldFailAsync("overlay-test-allowed", "does NOT answer");
        await Cluster.Lab.Api.DeleteAsync(Policies + "/nothing-leaves", null, Cancel);

        await PolicyAsync("all-come-in", """{"podSelector":{"matchLabels":{"app.kubernetes.io/component":"test-server"}},"ingress":[{}]}""");
        await ShouldFailAsync("overlay-test-denied", "ANSWERS");
        await Cluster.Lab.Api.DeleteAsync(Policies + "/all-come-in", null, Cancel);

        await Cluster.HelmAsync("upgrade", "overlay", HelmTool.Chart, "--wait", "--reuse-values", "--set", "network.policy.defaultAction=Deny");
        await Cluster.HelmAsync("test", "overlay");
    }

    private Task<JsonObject> PolicyAsync(string name, string spec) => Cluster.Lab.Api.CreateAsync(
        Policies,
        new JsonObject { ["apiVersion"] = "networking.k8s.io/v1", ["kind"] = "NetworkPolicy", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = JsonNode.Parse(spec) },
        Cancel);

    /// <summary>Helm says which pod it was, and the pod is there to be looked at.</summary>
    private async Task ShouldFailAsync(string pod, string word)
    {
        var answer = await Cluster.TryHelmAsync("test", "overlay");
        answer.Code.Should().NotBe(0, "{0}{1}\n{2}", answer.Output, answer.Error, Cluster);
        (answer.Output + answer.Error).Should().Contain(pod);
        var failed = (await ClientsAsync()).Single(p => (string?)p["status"]?["phase"] == "Failed");
        ((string)failed["metadata"]!["name"]!).Should().Be(pod);
        ((string?)failed["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["message"]).Should().Contain(word);
    }

    private async Task<IReadOnlyList<JsonObject>> ClientsAsync() =>
        await Cluster.Lab.Api.ListAsync($"api/v1/namespaces/{HelmTool.Namespace}/pods?labelSelector=app.kubernetes.io/component in (test-allowed,test-denied)", Cancel);
}
