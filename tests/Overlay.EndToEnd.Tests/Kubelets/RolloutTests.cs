using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Many pods at once on one node, by containerd, with the agent in its container.</summary>
[Collection(KubeletCollection.Installed)]
public sealed partial class RolloutTests() : KubeletTests(KubeletCollection.Installed)
{
    private const string Space = "many";
    private const int Pods = 100;

    private Machine Machine => Cluster.Kubelets[0].Machine;

    [Fact]
    public async Task A_hundred_pods_of_one_node_start_at_once_each_with_an_address_of_its_own()
    {
        await StartAsync();
        Cluster.Kubelets[0].LeftAlone = Space;
        var helm = await HelmTool.RunAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "-n", HelmTool.Namespace, "--kubeconfig", Cluster.Lab.Instance.Kubeconfig);
        helm.Code.Should().Be(0, helm.Error);
        await Until.TrueAsync(Patience, "a network", () => Cluster.Kubelets[0].NetworkProblem is null, () => Cluster.ToString());
        await Cluster.Lab.CreateNamespaceAsync(Space, null, Cancel);

        var clock = Stopwatch.StartNew();
        var started = await Task.WhenAll(Enumerable.Range(0, Pods).Select(StartAsync));
        var all = clock.Elapsed;
        started.Select(pod => pod.Address).Should().OnlyHaveUniqueItems().And.HaveCount(Pods);

        var (add, each) = (await AddSecondsAsync() / Pods, started.Average(pod => pod.Took.TotalSeconds));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Pods} pods of one node ran after {all.TotalSeconds:F1} s, each {each:F2} s after RunPodSandbox was asked for; of that the agent's ADD had {add * 1000:F0} ms, {add / each:P1}"));
    }

    /// <summary>Sandbox and container, without a kubelet that asks all the while how they are.</summary>
    private async Task<(string Address, TimeSpan Took)> StartAsync(int number)
    {
        var runtime = new PodContainers(Machine.Runtime);
        var name = string.Create(CultureInfo.InvariantCulture, $"pod-{number}");
        var pod = new KubePod(await Cluster.Lab.Api.CreateAsync($"api/v1/namespaces/{Space}/pods", IdlePod.Of(Space, name, Machine.Node.Name), Cancel));
        var clock = Stopwatch.StartNew();
        var sandbox = pod.Sandbox(Machine.CgroupParent + "/" + pod.Uid, "", 0);
        var id = await runtime.RunSandboxAsync(sandbox, Cancel);
        await runtime.RunAsync(id, sandbox, ContainerMessage.Of(pod, pod.Containers[0], new Dictionary<string, string>(StringComparer.Ordinal), [], 0), Cancel);
        var took = clock.Elapsed;
        return ((await runtime.SandboxAsync(id, Cancel)).Address.ToString(), took);
    }

    /// <summary>The time that the agent spent on ADDs.</summary>
    private async Task<double> AddSecondsAsync()
    {
        using var http = NamespaceHttp.Client(Machine.Node.Space);
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{LabNode.ProbePort}/metrics"), Cancel);
        return double.Parse(Adds().Match(metrics).Groups["seconds"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""overlay_cni_call_seconds_sum\{command="ADD"\} (?<seconds>[0-9.e+-]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Adds();
}
