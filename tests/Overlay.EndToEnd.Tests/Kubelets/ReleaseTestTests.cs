using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary><c>helm test</c>: the chart's test pods run in containers; what it says is worth something only if it can fail.</summary>
[Collection(KubeletCollection.Name)]
public sealed class ReleaseTestTests : IAsyncDisposable
{
    private const string Policies = $"apis/networking.k8s.io/v1/namespaces/{HelmTool.Namespace}/networkpolicies";
    private KubeletCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task It_passes_and_fails_when_the_allowed_client_is_denied_and_when_the_denied_one_is_allowed()
    {
        _cluster = await KubeletCluster.StartAsync(sharedRoot: true);
        await _cluster.HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--wait", "--set", "test.seconds=12");
        await _cluster.HelmAsync("test", "overlay");
        (await ClientsAsync()).Should().BeEmpty("what succeeded is cleared away");

        await PolicyAsync("nothing-leaves", """{"podSelector":{"matchLabels":{"app.kubernetes.io/component":"test-allowed"}},"policyTypes":["Egress"]}""");
        await ShouldFailAsync("overlay-test-allowed", "does NOT answer");
        await _cluster.Lab.Api.DeleteAsync(Policies + "/nothing-leaves", null, Cancel);

        await PolicyAsync("all-come-in", """{"podSelector":{"matchLabels":{"app.kubernetes.io/component":"test-server"}},"ingress":[{}]}""");
        await ShouldFailAsync("overlay-test-denied", "ANSWERS");
        await _cluster.Lab.Api.DeleteAsync(Policies + "/all-come-in", null, Cancel);

        await _cluster.HelmAsync("upgrade", "overlay", HelmTool.Chart, "--wait", "--reuse-values", "--set", "network.policy.defaultAction=Deny");
        await _cluster.HelmAsync("test", "overlay");
    }

    private Task<JsonObject> PolicyAsync(string name, string spec) => _cluster.Lab.Api.CreateAsync(
        Policies,
        new JsonObject { ["apiVersion"] = "networking.k8s.io/v1", ["kind"] = "NetworkPolicy", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = JsonNode.Parse(spec) },
        Cancel);

    /// <summary>Helm says which pod it was, and the pod is there to be looked at.</summary>
    private async Task ShouldFailAsync(string pod, string word)
    {
        var answer = await _cluster.TryHelmAsync("test", "overlay");
        answer.Code.Should().NotBe(0, "{0}{1}\n{2}", answer.Output, answer.Error, _cluster);
        (answer.Output + answer.Error).Should().Contain(pod);
        var failed = (await ClientsAsync()).Single(p => (string?)p["status"]?["phase"] == "Failed");
        ((string)failed["metadata"]!["name"]!).Should().Be(pod);
        ((string?)failed["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["message"]).Should().Contain(word);
    }

    private async Task<IReadOnlyList<JsonObject>> ClientsAsync() =>
        await _cluster.Lab.Api.ListAsync($"api/v1/namespaces/{HelmTool.Namespace}/pods?labelSelector=app.kubernetes.io/component in (test-allowed,test-denied)", Cancel);
}
