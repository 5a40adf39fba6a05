using System.Net;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Shop;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>kubectl overlay, and what it says of addresses.</summary>
public abstract partial class StackTests
{
    [Fact]
    public async Task Explain_trace_and_status_name_the_addresses()
    {
        await PoliciesAsync();
        foreach (var family in Families)
        {
            await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);
            var gateway = lab.Pod("gateway").At(family.Family, 8443);
            foreach (var (client, code) in new[] { ("cart", 0), ("frontend", 1) })
            {
                var address = lab.Pod(client).At(family.Family).Address.ToString();
                var explained = lab.Overlay("explain", address, gateway.Address.ToString(), "8443");
                explained.ExitCode.Should().Be(code, explained.Output + explained.Errors);
                explained.Output.Should().Contain(address).And.Contain("kernel    agrees: node");
                var traced = lab.Overlay("trace", address, "payments/gateway", "8443");
                traced.ExitCode.Should().Be(code, traced.Output + traced.Errors);
                traced.Output.Should().Contain(gateway.ToString()).And.Contain(address).And.NotContain("NO ");
            }
        }

        var status = lab.Overlay("status");
        status.ExitCode.Should().Be(0, status.Output + status.Errors);
        foreach (var family in Families)
            status.Output.Should().Contain(family.Pool.ToString()).And.Contain(Block(family, lab.Cluster.Nodes[0].Name));
    }

    [Fact]
    public async Task Checks_find_nothing_and_a_bundle_can_be_made()
    {
        foreach (var family in Families)
            await ShopMatrix.IsOpenAsync(lab.Pods, family.Family);
        var check = lab.Overlay("check", "--connectivity");
        check.ExitCode.Should().Be(0, check.Output + check.Errors);
        check.Output.Should().Contain("node1       -       yes     yes").And.Contain("denies: yes; lets others through: yes; allowed again once it is gone: yes");
        foreach (var node in lab.Cluster.Nodes)
            (await NodeState.ReadinessAsync(node)).Should().NotContain("[!]").And.EndWith("ok\n");

        var folder = Directory.CreateTempSubdirectory("ovt-bundle-");
        try
        {
            var bundle = lab.Overlay("bundle", "-f", Path.Combine(folder.FullName, "bundle.tar.gz"));
            bundle.ExitCode.Should().Be(0, bundle.Output + bundle.Errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A node's subnet of a family, as the API has it.</summary>
    private string Block(LabFamily family, string node)
    {
        return lab.Kubectl("get", "subnets", "-o", "jsonpath={range .items[*]}{.spec.nodeName} {.spec.cidr}{\"\\n\"}{end}").Checked()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Single(words => words[0] == node && family.Pool.Contains(IPNetwork.Parse(words[1]).BaseAddress))[1];
    }
}
