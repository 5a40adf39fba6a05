using System.Net;
using System.Net.Sockets;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;
using Overlay.Operator.Agents;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Tests.Subnets;

/// <summary>A node deleted, and perhaps made again with another address: its old block is nobody's while its machine may live.</summary>
public sealed class SubnetRestTests
{
    private static readonly DateTimeOffset Released = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);
    private static readonly IPNetwork Block = IPNetwork.Parse("10.255.1.0/24");

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public void It_rests_an_hour(int minutes, bool over) => IsOver(minutes, [], [AgentOf("n2", minutes)]).Should().Be(over);

    [Fact]
    public void An_agent_that_may_not_have_heard_holds_it() => IsOver(90, [NodeOf("n2", "192.0.2.2")], [AgentOf("n2", 0)]).Should().BeFalse();

    [Fact]
    public void A_machine_that_does_not_know_that_its_Node_is_gone_holds_it()
    {
        IsOver(90, [], [AgentOf("n2", 90), AgentOf("n1", 90)]).Should().BeFalse();
        IsOver(90, [], [AgentOf("n2", 90), AgentOf("n1", 80)]).Should().BeTrue("its agent is silent now");
    }

    [Fact]
    public void The_Node_made_again_with_another_address_gets_another_block_and_its_Lease_is_its_own()
    {
        var again = NodeOf("n1", "192.0.2.77", uid: "second");
        var old = Old();
        var plan = SubnetPlan.Of([AddressFamily.InterNetwork], [again], [old], _ => false);
        plan.Needs.Should().ContainSingle();
        (plan.Revivals.Length, plan.Deletions.Length).Should().Be((0, 0));
        var pool = Overlay.Operator.Network.PoolReview.Of([new Overlay.Api.Network.AddressPool("10.255.0.0/16", 24)]).Usable;
        new SubnetAllocator(pool, [SubnetPlan.BlockOf(old)]).Take(AddressFamily.InterNetwork).Should().NotBe(Block);
        IsOver(90, [again], [AgentOf("n1", 90), AgentOf("n2", 90)]).Should().BeTrue("an hour on, by a Lease that speaks for the new Node");
    }

    private static bool IsOver(int minutes, Node[] nodes, Lease[] leases) =>
        SubnetRest.IsOver(Old(), nodes, leases, new AgentReports(["n2"], leases), lease => lease.Spec.RenewTime == Released.AddMinutes(minutes), Rest, Released.AddMinutes(minutes));

    private static Subnet Old() =>
        SubnetFacts.Make(NodeOf("n1", "192.0.2.1"), Block) with { Status = new SubnetStatus { Phase = AllocationPhase.Released, ReleasedAt = Released } };

    private static Node NodeOf(string name, string address, string? uid = null) =>
        new() { Metadata = new ObjectMeta { Name = name, Uid = uid ?? "uid-" + name }, Status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", address)] } };

    private static Lease AgentOf(string node, int renewedAfterMinutes) =>
        new() { Metadata = new ObjectMeta { Name = AgentLease.NameOf(node) }, Spec = new LeaseSpec { RenewTime = Released.AddMinutes(renewedAfterMinutes) } };
}
