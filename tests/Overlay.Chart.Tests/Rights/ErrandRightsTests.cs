using System.Diagnostics;
using System.Text;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab;
using Overlay.Lab.ApiServer;

namespace Overlay.Chart.Tests.Rights;

/// <summary>The roles of the chart's hooks, against what these really ask of the API server.</summary>
public sealed class ErrandRightsTests : IAsyncLifetime
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"ovt-{Guid.NewGuid():N}.requests");
    private readonly string kubeconfig = Path.Combine(Path.GetTempPath(), $"ovt-{Guid.NewGuid():N}.kubeconfig");
    private EmbeddedApiServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { CrdFolder = LabPaths.Crds(), RequestFile = file }, Cancel);
        server.WriteKubeconfig(kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(file);
        File.Delete(kubeconfig);
    }

    [Fact]
    public async Task Definitions_are_patched_and_made_where_they_are_missing()
    {
        await OperatorAsync("crds", "--crd-dir", LabPaths.Crds());

        // A patch that applies makes what is not there: the real server asks for the right to create then.
        await CompareAsync("overlay-crds", ["create customresourcedefinitions.apiextensions.k8s.io"]);
    }

    [Fact]
    public async Task Uninstalling_asks_for_what_its_account_may()
    {
        await CreateAsync("api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"overlay-system"}}""");
        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/overlaynetworks",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayNetwork","metadata":{"name":"default"},"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]}}""");
        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/workloadtags",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"WorkloadTag","metadata":{"name":"tag-00016"},"spec":{"tag":16,"namespace":"shop","keys":[],"labels":{}}}""");
        await CreateAsync(
            "apis/overlay-cni.io/v1alpha1/subnets",
            """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"Subnet","metadata":{"name":"10.255.2.0-24"},"spec":{"cidr":"10.255.2.0/24","nodeName":"gone","nodeUid":"1","vtepAddress":"10.255.2.0","vtepMac":"8e:3b:ff:46:64:59"}}""");
        await CreateAsync(
            "apis/coordination.k8s.io/v1/namespaces/overlay-system/leases",
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"agent-gone","labels":{"overlay-cni.io/role":"agent"}},"spec":{}}""");

        await OperatorAsync("uninstall", "stop");
        await OperatorAsync("uninstall", "finish");

        await CompareAsync("overlay-uninstall", []);
    }

    private async Task CompareAsync(string account, string[] unseen)
    {
        var role = Role.Of(await Manifest.RenderAsync(), account);
        var requests = File.ReadAllLines(file).Select(Request.Parse).Where(r => r.Program == "overlay-operator").ToArray();

        requests.Where(r => !role.Allows(r)).Should().BeEmpty();
        role.Rights.Should().BeEquivalentTo(requests.Select(r => r.Right).Distinct().Concat(unseen));
    }

    private async Task OperatorAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(LabPaths.Binaries(), "overlay-operator"), [.. arguments, "--kubeconfig", kubeconfig, "--timeout", "30"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        process.ExitCode.Should().Be(0, output);
    }

    private async Task CreateAsync(string path, string body)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
