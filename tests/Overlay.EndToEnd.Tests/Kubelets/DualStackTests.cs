using System.Net.Sockets;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Nodes and pods have addresses of both families; containerd hands both on.</summary>
[Collection(KubeletCollection.UnderWay)]
public sealed class DualStackTests() : KubeletTests(KubeletCollection.UnderWay)
{

    [Fact]
    public async Task Pods_talk_and_are_denied_in_both_families_and_nothing_of_either_is_left()
    {
        var before = await InstalledAsync(["network.ipv6.cidr=fd00:255::/48"], LabStack.Dual);
        await using (var ground = await KubeletGround.OpenAsync(Cluster, ("client", 0), ("server", 1), ("stranger", 2)))
        {
            foreach (var pod in (KubeletPod[])[ground.Clients[0], ground.Servers[0], ground.Strangers[0]])
                pod.Addresses.Select(address => address.AddressFamily).Should().Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], "{0} has an address of each", pod.Name);
            await ground.OpennessAsync();
            await ground.IsolateAsync();
            await ground.DeletePodsAsync();
        }

        await UninstallAsync(before);
    }
}
