using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Cli.Check;
using Overlay.Kube.Core;

namespace Overlay.Cli.Tests.Check;

/// <summary>What makes a cluster unfit, and that each problem says what to do.</summary>
public sealed class ClusterCheckTests
{
    private static readonly ClusterFacts Fine = new()
    {
        Pools = [new AddressPool("10.255.0.0/16", 24), new AddressPool("fd00:255::/48", 64)],
        Nodes = [Node("n1", "192.0.2.1"), Node("n2", "192.0.2.2")],
        Services = [Service("10.96.0.1")],
        ServiceRanges = ["10.96.0.0/12"],
    };

    [Fact]
    public void A_fit_cluster_has_no_problems() => ClusterCheck.Of(Fine).Should().BeEmpty();

    [Fact]
    public void A_node_in_a_pool() => Should(Fine with { Nodes = [Node("n1", "10.255.7.1")] }, "pool 10.255.0.0/16", "node n1 has its address 10.255.7.1 in it");

    [Fact]
    public void A_Service_range_that_overlaps() => Should(Fine with { ServiceRanges = ["10.0.0.0/8"] }, "pool 10.255.0.0/16", "Services have their addresses from 10.0.0.0/8");

    [Fact]
    public void Without_ranges_Services_themselves_tell() => Should(Fine with { ServiceRanges = [], Services = [Service("None"), Service("10.255.0.1")] }, "pool 10.255.0.0/16", "Service shop/s has its address in it");

    [Theory]
    [InlineData("clusterCIDR: 10.244.0.0/16", "its clusterCIDR 10.244.0.0/16 does not hold the pool 10.255.0.0/16")]
    [InlineData("clusterCIDR: 10.255.0.0/16,fd00:1::/48", "does not hold the pool fd00:255::/48")]
    [InlineData("clusterCIDR: 10.255.0.0/24", "does not hold the pool 10.255.0.0/16")]
    [InlineData("clusterCIDR: 10.0.0.0/8\ndetectLocalMode: NodeCIDR", "its detectLocalMode is NodeCIDR")]
    public void A_kube_proxy_that_takes_pods_for_strangers(string told, string what) => Should(Fine with { Proxy = Proxy(told) }, "kube-proxy", what);

    [Theory]
    [InlineData("clusterCIDR: 10.255.0.0/16,fd00:255::/48")]
    [InlineData("clusterCIDR: 10.0.0.0/8")]
    [InlineData("clusterCIDR: \"\"")]
    [InlineData("detectLocalMode: ClusterCIDR\nmode: nftables")]
    [InlineData("clusterCIDR: 10.244.0.0/16\ndetectLocalMode: InterfaceNamePrefix\ndetectLocal:\n  interfaceNamePrefix: ovp")]
    public void A_kube_proxy_that_does_not(string told) => ClusterCheck.Of(Fine with { Proxy = Proxy(told) }).Should().BeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData("{ no YAML")]
    [InlineData("kind: Another\nclusterCIDR: 10.244.0.0/16")]
    public void What_is_no_configuration_of_kube_proxy_tells_nothing(string? text) => ProxyConfiguration.Parse(text).Should().BeNull();

    [Fact]
    public void Pools_that_overlap() => Should(Fine with { Pools = [new AddressPool("10.0.0.0/9", 24), new AddressPool("10.64.0.0/16", 24)], ServiceRanges = ["172.16.0.0/16"] }, "pool 10.64.0.0/16", "overlaps the pool 10.0.0.0/9");

    [Fact]
    public void More_nodes_than_blocks() => Should(Fine with { Pools = [new AddressPool("10.255.0.0/24", 24)] }, "pools of InterNetwork", "1 blocks, and there are 2 nodes");

    [Fact]
    public void More_pods_than_addresses_in_a_block()
    {
        var node = Node("n1", "192.0.2.1");
        var small = Fine with { Pools = [new AddressPool("10.255.0.0/16", 26)], Nodes = [node with { Status = node.Status! with { Allocatable = ImmutableSortedDictionary<string, string>.Empty.Add("pods", "110") } }] };
        Should(small, "node n1", "it takes 110 pods, and its block has 62 addresses");
    }

    [Theory]
    [InlineData("5.4.0-150-generic", "containerd://2.1.0", "its kernel is 5.4.0-150-generic")]
    [InlineData("6.1.0-18-amd64", "containerd://1.4.13", "does not tell plugins which pod")]
    [InlineData("6.1.0-18-amd64", "cri-o://1.19.2", "does not tell plugins which pod")]
    public void A_kernel_or_runtime_that_will_not_do(string kernel, string runtime, string what) =>
        Should(Fine with { Nodes = [Node("n1", "192.0.2.1", kernel, runtime)] }, "node n1", what);

    [Fact]
    public void A_node_without_an_address_and_one_of_another_system()
    {
        Should(Fine with { Nodes = [Node("n1", "")] }, "node n1", "no InternalIP");
        var windows = Node("w1", "192.0.2.9") with { Status = new CheckedNodeStatus { NodeInfo = new CheckedNodeInfo { OperatingSystem = "windows" } } };
        Should(Fine with { Nodes = [windows] }, "node w1", "windows");
    }

    [Fact]
    public void Agents_of_different_versions() => Should(Fine with { Leases = [Agent("n1", "0.1.0"), Agent("n2", "0.2.0")] }, "agents", "1 of 0.1.0, 1 of 0.2.0");

    private static void Should(ClusterFacts facts, string on, string what)
    {
        var problem = ClusterCheck.Of(facts).Should().ContainSingle().Which;
        problem.On.Should().Be(on);
        problem.What.Should().Contain(what);
        problem.Do.Should().NotBeEmpty();
    }

    private static ProxyConfiguration Proxy(string told) => ProxyConfiguration.Parse($"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n{told}\n")!;

    private static CheckedNode Node(string name, string address, string kernel = "6.18.0", string runtime = "containerd://2.1.0") =>
        new()
        {
            Metadata = new ObjectMeta { Name = name },
            Status = new CheckedNodeStatus
            {
                Addresses = [new NodeAddress("InternalIP", address), new NodeAddress("Hostname", name)],
                NodeInfo = new CheckedNodeInfo { KernelVersion = kernel, ContainerRuntimeVersion = runtime, OperatingSystem = "linux" },
            },
        };

    private static CheckedService Service(string address) =>
        new() { Metadata = new ObjectMeta { Name = "s", Namespace = "shop" }, Spec = new CheckedServiceSpec { ClusterIps = [address] } };

    private static Lease Agent(string node, string version) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = AgentLease.NameOf(node),
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add(AgentLease.RoleLabel, AgentLease.Role),
                Annotations = ImmutableSortedDictionary<string, string>.Empty.Add(AgentLease.VersionAnnotation, version),
            },
        };
}
