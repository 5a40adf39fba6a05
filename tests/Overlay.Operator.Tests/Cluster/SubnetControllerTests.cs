using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;

namespace Overlay.Operator.Tests.Cluster;

public sealed class SubnetControllerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_node_gets_a_subnet_that_says_all_a_peer_needs()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        var node = await cluster.NodeAsync("node-1", "192.0.2.7");
        await cluster.NodeAsync("node-2");

        var subnets = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Count(x => x.Spec.UnderlayAddresses.Length > 0) == 2);
        var first = subnets.Single(s => s.Spec.NodeName == "node-1");
        first.Metadata.Name.Should().Be(first.Spec.Cidr.Replace('/', '-'));
        first.Spec.NodeUid.Should().Be(node.Metadata.Uid);
        first.Spec.UnderlayAddresses.Should().Equal("192.0.2.7");
        first.Spec.VtepAddress.Should().Be(first.Spec.Cidr.Split('/')[0]);
        first.Spec.NodeLabels.Should().Contain("kubernetes.io/hostname", "node-1");
        subnets.Select(s => s.Spec.VtepMac).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_dual_stack_network_gives_one_of_each_family()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync(new AddressPool("10.255.0.0/16", 24), new AddressPool("fd00:255::/48", 64));
        cluster.StartOperator();
        await cluster.NodeAsync("node-1");
        var subnets = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 2);
        subnets.Select(s => s.Metadata.Name).Should().BeEquivalentTo("10.255.1.0-24", "fd00-0255-0000-0001-0000-0000-0000-0000-64");
        subnets.Select(s => s.Spec.VtepMac).Distinct().Should().ContainSingle("one VTEP a node, whatever the families");
    }

    [Fact]
    public async Task A_changed_node_address_reaches_its_subnet()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        var node = await cluster.NodeAsync("node-1", "192.0.2.7");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        await cluster.Nodes.ChangeAsync(
            node.Metadata.Key, n => n with { Status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", "192.0.2.9")] } }, Cancel, status: true);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Single().Spec.UnderlayAddresses.SequenceEqual(["192.0.2.9"]));
    }

    [Fact]
    public async Task A_node_keeps_its_subnet_over_a_restart_of_the_operator_and_another_node_of_its_name_gets_another()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        var node = await cluster.NodeAsync("node-1");
        var before = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        await cluster.StopOperatorsAsync();
        cluster.StartOperator();
        await cluster.NodeAsync("node-2");
        var both = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 2);
        both.Single(s => s.Spec.NodeName == "node-1").Metadata.Uid.Should().Be(before.Single().Metadata.Uid);

        await cluster.Nodes.DeleteAsync(node.Metadata.Key, null, Cancel);
        var again = await cluster.NodeAsync("node-1");
        var all = await TestCluster.EventuallyAsync(
            () => TestCluster.AllAsync(cluster.Subnets),
            s => s.Any(x => x.Spec.NodeUid == again.Metadata.Uid) && s.Any(x => x.Status?.Phase == AllocationPhase.Released));
        all.Single(s => s.Status?.Phase == AllocationPhase.Released).Metadata.Uid.Should().Be(before.Single().Metadata.Uid, "the old node's block rests");
        all.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_released_subnet_is_free_again_when_it_has_rested_and_every_agent_was_heard_of_since()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator(rest: TimeSpan.FromSeconds(1));
        var gone = await cluster.NodeAsync("node-1");
        await cluster.NodeAsync("node-2");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 2);
        await cluster.Nodes.DeleteAsync(gone.Metadata.Key, null, Cancel);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Any(x => x.Status?.Phase == AllocationPhase.Released));

        await Task.Delay(2500, Cancel);
        (await TestCluster.AllAsync(cluster.Subnets)).Should().HaveCount(2, "node-2's agent has not been heard of since the release");

        await cluster.AgentAsync("node-2", applied: null, TimeProvider.System.GetUtcNow().AddSeconds(10));
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
    }

    [Fact]
    public async Task A_full_pool_is_told_in_the_condition_and_in_an_Event_and_another_pool_mends_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        var network = await cluster.NetworkAsync(new AddressPool("10.255.0.0/23", 24));
        cluster.StartOperator();
        foreach (var name in (string[])["node-1", "node-2", "node-3"])
        {
            await cluster.NodeAsync(name);
        }

        var full = await TestCluster.EventuallyAsync(() => cluster.Networks.GetAsync(network.Metadata.Key, Cancel), n => Status(n, "PoolsExhausted") == "True" && n.Status!.Pools.SequenceEqual([new PoolUsage("10.255.0.0/23", 2, 2)]));
        Condition(full, "PoolsExhausted")!.Message.Should().Contain("node-3").And.Contain("spec.pools");
        Status(full, "Ready").Should().Be("False");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Events), e => e.Any(x => x.Reason == "NoSubnet" && x.InvolvedObject.Name == "node-3"));

        await cluster.Networks.ChangeAsync(
            network.Metadata.Key, n => n with { Spec = n.Spec with { Pools = n.Spec.Pools.Add(new AddressPool("10.254.0.0/23", 24)) } }, Cancel);
        await TestCluster.EventuallyAsync(() => cluster.Networks.GetAsync(network.Metadata.Key, Cancel), n => Status(n, "Ready") == "True");
        (await TestCluster.AllAsync(cluster.Subnets)).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_pool_taken_out_while_in_use_is_told_and_the_nodes_keep_their_subnets()
    {
        await using var cluster = await TestCluster.StartAsync();
        var network = await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NodeAsync("node-1");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        await cluster.Networks.ChangeAsync(
            network.Metadata.Key, n => n with { Spec = n.Spec with { Pools = [new AddressPool("10.244.0.0/16", 24)] } }, Cancel);
        var told = await TestCluster.EventuallyAsync(() => cluster.Networks.GetAsync(network.Metadata.Key, Cancel), n => Status(n, "PoolsValid") == "False");
        Condition(told, "PoolsValid")!.Reason.Should().Be("SubnetsOutsidePools");
        (await TestCluster.AllAsync(cluster.Subnets)).Should().ContainSingle().Which.Status?.Phase.Should().NotBe(AllocationPhase.Released);
    }

    private static Condition? Condition(OverlayNetwork network, string type) =>
        network.Status is { Conditions.IsDefault: false } s ? s.Conditions.FirstOrDefault(c => c.Type == type) : null;

    private static string? Status(OverlayNetwork network, string type) => Condition(network, type)?.Status;
}
