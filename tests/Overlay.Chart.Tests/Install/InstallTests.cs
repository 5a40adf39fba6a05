using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab.ApiServer;

namespace Overlay.Chart.Tests.Install;

/// <summary>Helm and an API server that knows nothing of Overlay yet.</summary>
public sealed class InstallTests : IAsyncLifetime
{
    private readonly string kubeconfig = Path.Combine(Path.GetTempPath(), $"ovt-{Guid.NewGuid():N}.kubeconfig");
    private EmbeddedApiServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions(), Cancel);
        server.WriteKubeconfig(kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(kubeconfig);
    }

    [Fact]
    public async Task From_nothing_to_nothing()
    {
        await using var controllers = new Controllers(server.Address, kubeconfig);
        var cleaners = new List<(string Job, int Cleaners)>();
        controllers.Before = async job => cleaners.Add((job, (await ListAsync("apis/apps/v1/daemonsets")).Count(d => Manifest.NameOf(d) == "overlay-cleaner")));

        await HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace");
        (await ListAsync("apis/overlay-cni.io/v1alpha1/overlaynetworks")).Should().ContainSingle();
        (await ListAsync("apis/apps/v1/daemonsets")).Select(Manifest.NameOf).Should().Equal("overlay-agent");
        controllers.Done.Should().BeEmpty("an install waits for no hook");

        await HelmAsync("upgrade", "overlay", HelmTool.Chart, "--set", "network.mtu=1400");
        ((int)(await ListAsync("apis/overlay-cni.io/v1alpha1/overlaynetworks"))[0]["spec"]!["mtu"]!).Should().Be(1400);
        controllers.Done.Should().Equal("jobs/overlay-crds");

        var refused = await RunAsync("upgrade", "overlay", HelmTool.Chart, "--set", "network.ipv4.nodePrefixLength=25");
        refused.Error.Should().Contain("nodePrefixLength of a pool can not change");
        (await ListAsync("apis/apps/v1/daemonsets")).Should().ContainSingle("what ran runs on");

        controllers.Done.Clear();
        await HelmAsync("test", "overlay");
        controllers.Done.Should().Equal("pods/overlay-test-allowed", "pods/overlay-test-denied");

        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/workloadtags",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"WorkloadTag","metadata":{"name":"tag-00016"},"spec":{"tag":16,"namespace":"shop","keys":[],"labels":{}}}""");
        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/namespaces/overlay-system/overlaypolicies",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayPolicy","metadata":{"name":"mine"},"spec":{"podSelector":{}}}""");
        controllers.Done.Clear();
        controllers.Output.Clear();
        cleaners.Clear();
        await HelmAsync("uninstall", "overlay");
        controllers.Done.Should().Equal("jobs/overlay-uninstall-stop", "jobs/overlay-uninstall-finish");
        cleaners.Should().Equal(("overlay-uninstall-stop", 0), ("overlay-uninstall-finish", 1));
        foreach (var path in (string[])
            [
                "api/v1/pods", "api/v1/services", "api/v1/configmaps", "api/v1/serviceaccounts", "apis/apps/v1/daemonsets", "apis/apps/v1/deployments", "apis/batch/v1/jobs",
                "apis/rbac.authorization.k8s.io/v1/clusterroles", "apis/rbac.authorization.k8s.io/v1/roles", "apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
                "apis/networking.k8s.io/v1/networkpolicies", "apis/overlay-cni.io/v1alpha1/overlaynetworks", "apis/overlay-cni.io/v1alpha1/workloadtags",
            ])
            (await ListAsync(path)).Select(Manifest.NameOf).Should().BeEmpty("{0} of the release are gone", path);
        (await ListAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions")).Should().HaveCount(4, "what becomes of the definitions is the administrator's to decide");
        (await ListAsync("apis/overlay-cni.io/v1alpha1/overlaypolicies")).Should().ContainSingle("and so are policies");
        string.Concat(controllers.Output).Should().Contain("1 OverlayPolicies").And.Contain("kubectl delete crd");
    }

    [Fact]
    public async Task Pods_addresses_must_be_nobody_else_s()
    {
        await CreateAsync("api/v1/nodes", """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""");
        await StatusAsync("api/v1/nodes/n1", """{"status":{"addresses":[{"type":"InternalIP","address":"192.168.77.11"}]}}""");
        await CreateAsync(
            "apis/networking.k8s.io/v1/servicecidrs",
            """{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"kubernetes"},"spec":{"cidrs":["10.96.0.0/12","fd00:96::/112"]}}""");

        (await RefusalAsync("network.ipv4.cidr=192.168.0.0/16")).Should().Contain("network.ipv4 192.168.0.0/16 overlaps the address 192.168.77.11 of node n1");
        (await RefusalAsync("network.ipv4.cidr=10.100.0.0/16")).Should().Contain("network.ipv4 10.100.0.0/16 overlaps the Services' network 10.96.0.0/12");
        (await RefusalAsync("network.ipv6.cidr=fd00:96::/48")).Should().Contain("network.ipv6 fd00:96::/48 overlaps the Services' network fd00:96::/112");
        (await ListAsync("api/v1/serviceaccounts")).Should().BeEmpty("nothing was installed");
    }

    [Fact]
    public async Task A_second_network_is_refused_and_an_administrator_s_own_is_used()
    {
        await HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--set", "network.create=false");
        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/overlaynetworks",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayNetwork","metadata":{"name":"default"},"spec":{"pools":[{"cidr":"10.1.0.0/16","nodePrefixLength":24}]}}""");

        (await RunAsync("install", "second", HelmTool.Chart)).Error.Should().Contain("there is an OverlayNetwork \"default\" already, not made by Helm");
        await HelmAsync("uninstall", "overlay", "--no-hooks");
        (await ListAsync("apis/overlay-cni.io/v1alpha1/overlaynetworks")).Should().ContainSingle("it is no part of the release");
    }

    private async Task HelmAsync(params string[] arguments)
    {
        var answer = await RunAsync(arguments);
        answer.Code.Should().Be(0, "helm {0} said: {1}{2}", arguments[0], answer.Output, answer.Error);
    }

    private async Task<string> RefusalAsync(string setting) => (await RunAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--set", setting)).Error;

    private Task<HelmAnswer> RunAsync(params string[] arguments) =>
        HelmTool.RunAsync([.. arguments, "-n", HelmTool.Namespace, "--kubeconfig", kubeconfig, "--timeout", "60s"]);

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string path)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        return [.. JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), Cancel))!["items"]!.AsArray().Select(i => i!.AsObject())];
    }

    private Task CreateAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, "application/json");

    private Task StatusAsync(string path, string body) => SendAsync(HttpMethod.Patch, path + "/status", body, "application/merge-patch+json");

    private async Task SendAsync(HttpMethod method, string path, string body, string mediaType)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, System.Text.Encoding.UTF8, mediaType) };
        using var answer = await http.SendAsync(request, Cancel);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
