using Overlay.Lab;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary><c>kubectl overlay check --connectivity</c>: real probes on all nodes, and nothing of them left.</summary>
[Collection(LabCollection.Name)]
public sealed class ConnectivityTests(LabFixture lab)
{
    [Fact]
    public void All_nodes_reach_each_other_and_a_policy_is_in_force_and_gone_again()
    {
        var said = Check();
        said.ExitCode.Should().Be(0, said.Output + said.Errors);
        said.Output.Should().Contain("node1       -       yes     yes").And.Contain("node3       yes     yes     -")
            .And.Contain("denies: yes; lets others through: yes; allowed again once it is gone: yes");
        NothingIsLeft();
    }

    [Fact]
    public void Large_packets_that_are_lost_on_the_way_to_a_node_are_found()
    {
        var node = lab.Cluster.Node("node2");
        node.Run("nft", "add table inet hole; add chain inet hole in { type filter hook prerouting priority -310; }; add rule inet hole in udp dport 4789 meta length > 1200 drop").Checked();
        try
        {
            var said = Check();
            said.ExitCode.Should().Be(1, said.Output + said.Errors);
            said.Output.Should().Contain("node1       -            SMALL ONLY   yes").And.Contain("node node2: packets of full size to its probe fail").And.Contain("OverlayNetwork.spec.mtu");
        }
        finally
        {
            node.Run("nft", "delete", "table", "inet", "hole").Checked();
        }

        NothingIsLeft();
    }

    private CommandOutput Check() =>
        Command.Run(lab.Cluster.Instance, null, Path.Combine(LabPaths.Binaries(), "kubectl-overlay"), "check", "--connectivity", "--kubeconfig", lab.Cluster.Instance.Kubeconfig);

    private void NothingIsLeft() => lab.Kubectl("get", "namespaces").Checked().Should().NotContain("overlay-check");
}
