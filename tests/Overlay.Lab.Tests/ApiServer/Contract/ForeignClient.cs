using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>A client that we did not write: the official KubernetesClient.</summary>
public sealed class ForeignClient(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task Creates_lists_watches_patches_and_deletes()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.Kubeconfig));
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "foreign" } }, cancellationToken: cancel);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { GenerateName = "p-", Labels = new Dictionary<string, string> { ["app"] = "shop" } },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] },
        };
        var created = await client.CoreV1.CreateNamespacedPodAsync(pod, "foreign", cancellationToken: cancel);
        created.Metadata.Name.Should().StartWith("p-").And.HaveLength(7);
        created.Status.Phase.Should().Be("Pending");

        var list = await client.CoreV1.ListNamespacedPodAsync("foreign", labelSelector: "app in (shop)", fieldSelector: "status.phase=Pending", cancellationToken: cancel);
        list.Items.Should().ContainSingle().Which.Metadata.Uid.Should().Be(created.Metadata.Uid);

        var seen = new List<string>();
        var watch = client.CoreV1.WatchListNamespacedPodAsync("foreign", resourceVersion: list.Metadata.ResourceVersion, timeoutSeconds: 10, cancellationToken: cancel);
        var patch = new V1Patch("""{"spec":{"containers":[{"name":"c","image":"j"}]}}""", V1Patch.PatchType.StrategicMergePatch);
        await client.CoreV1.PatchNamespacedPodAsync(patch, created.Metadata.Name, "foreign", cancellationToken: cancel);
        await client.CoreV1.DeleteNamespacedPodAsync(created.Metadata.Name, "foreign", gracePeriodSeconds: 0, cancellationToken: cancel);
        await foreach (var (kind, item) in watch)
        {
            seen.Add($"{kind} {item.Spec.Containers[0].Image}");
            if (kind == WatchEventType.Deleted)
                break;
        }
        seen.Should().Equal("Modified j", "Deleted j");
    }

    [Fact]
    public async Task Understands_our_errors()
    {
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.Kubeconfig));
        var read = () => client.CoreV1.ReadNamespacedPodAsync("nobody", "default", cancellationToken: TestContext.Current.CancellationToken);
        (await read.Should().ThrowAsync<HttpOperationException>()).Which.Response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}
