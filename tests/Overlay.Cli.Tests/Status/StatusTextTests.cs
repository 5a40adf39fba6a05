using Overlay.Cli.Status;
using Overlay.Cli.Text;

namespace Overlay.Cli.Tests.Status;

/// <summary>The screen.</summary>
public class StatusTextTests
{
    [Fact]
    public void All_in_order() =>
        StatusText.Of(StatusAssessment.Of(Lab.InOrder, Lab.Now)).Should().Be(
            """
            network    default, ready
            pool       10.255.0.0/16, a /24 each node, 2 of 256 taken
            vxlan      VNI 1, port 4789, MTU of each node's underlay
            rules      auto; default action Allow; what is denied meets Drop
            operator   op-1, seen 2s ago
            conditions
              Ready            True    InOrder
              PoolsExhausted   False   SubnetsFree

            NODE     SUBNET          VTEP         MAC                 UNDERLAY    AGENT         VERSION   RULES      TAGS
            node-1   10.255.1.0/24   10.255.1.0   0e:00:00:00:00:01   192.0.2.1   seen 3s ago   0.1.0     nftables   current
            node-2   10.255.2.0/24   10.255.2.0   0e:00:00:00:00:02   192.0.2.2   seen 3s ago   0.1.0     nftables   current

            tags       2 active, 0 at rest
            policies   1 accepted, 0 refused

            no problems

            """
        );

    [Fact]
    public void Problems_come_last_each_with_what_to_do()
    {
        var spoilt = Lab.InOrder with { Networks = [], Subnets = [Lab.Subnet("node-1", 1)], Leases = [Lab.Agent("node-1", "120", secondsAgo: 600)] };
        var text = StatusText.Of(StatusAssessment.Of(spoilt, Lab.Now));
        text.Should().Contain("network    none\n").And.Contain("SILENT 10m0s").And.Contain("PROBLEMS (3)\n");
        text[text.IndexOf("PROBLEMS", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("     -> ", StringComparison.Ordinal)).Should().HaveCount(3);
    }

    [Fact]
    public void Of_a_large_cluster_the_nodes_with_problems_are_shown_first_and_all_when_asked()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"node-{i:000}").ToList();
        var report = StatusAssessment.Of(
            Lab.InOrder with
            {
                Nodes = [.. names.Select(Lab.Node)],
                Subnets = [.. names.Select((name, i) => Lab.Subnet(name, i))],
                Leases = [.. names.Select((name, i) => Lab.Agent(name, "120", secondsAgo: i == 150 ? 600 : 3))],
            },
            Lab.Now
        );
        var screen = StatusText.Of(report);
        screen.Should().Contain("node-150 ").And.Contain("and 170 more, 170 of them in order (-o wide shows all)");
        StatusText.Of(report, everyNode: true).Should().Contain("node-199 ").And.NotContain("more");
    }

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(7, "7s")]
    [InlineData(119, "119s")]
    [InlineData(312, "5m12s")]
    [InlineData(7380, "2h3m")]
    [InlineData(400_000, "4d")]
    public void Ages_are_short(int seconds, string text) => Age.Of(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
