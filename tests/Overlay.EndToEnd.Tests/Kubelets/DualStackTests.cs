using System.Net;
using System.Net.Sockets;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Probes;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Nodes and pods have addresses of both families; containerd hands both on.</summary>
[Collection(KubeletCollection.Name)]
public sealed class DualStackTests : IAsyncDisposable
{
    private const string Space = "both";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private KubeletCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Pods_talk_and_are_denied_in_both_families_and_nothing_of_either_is_left()
    {
        _cluster = await KubeletCluster.StartAsync(sharedRoot: true, LabStack.Dual);
        var before = _cluster.Traces();
        await _cluster.HelmAsync("install", "overlay", HelmTool.Chart, "--create-namespace", "--wait", "--set", "network.ipv6.cidr=fd00:255::/48");
        await _cluster.Lab.CreateNamespaceAsync(Space, null, Cancel);
        string[] names = ["client", "server", "stranger"];
        var pods = await Task.WhenAll(names.Select((name, node) => _cluster.RunPodAsync(Space, name, node)));
        try
        {
            var (client, server, stranger) = (pods[0], pods[1], pods[2]);
            using var echo = server.Serve();
            foreach (var pod in pods)
                pod.Addresses.Select(address => address.AddressFamily).Should().Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], "{0} has an address of each", pod.Name);
            foreach (var at in server.Everywhere)
                await Until.TrueAsync(Patience, $"the stranger to reach {at} while no policy selects it", () => ReachesAsync(stranger, at), _cluster.ToString);
            await Policies.AllowOnlyAsync(_cluster.Lab, Space, "server", "client");
            foreach (var at in server.Everywhere)
            {
                await Until.TrueAsync(Patience, $"the stranger to be denied at {at}", async () => !await ReachesAsync(stranger, at), _cluster.ToString);
                await Until.TrueAsync(Patience, $"the client to reach {at}", () => ReachesAsync(client, at), _cluster.ToString);
            }
        }
        finally
        {
            foreach (var pod in pods)
                pod.Dispose();
        }

        await Task.WhenAll(names.Select(name => _cluster.DeletePodAsync(Space, name)));
        await _cluster.HelmAsync("uninstall", "overlay");
        await _cluster.ShouldLeaveNothingBeyondAsync(before);
    }

    private static async Task<bool> ReachesAsync(KubeletPod from, IPEndPoint at) => (await Probe.TcpAsync(from.Space, at, Cancel)).Connected;
}
