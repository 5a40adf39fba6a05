using System.Net;
using System.Net.Sockets;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Tests.Subnets;

/// <summary>One subnet of each family for every node: what is to be done about those that are there.</summary>
public sealed class SubnetPlanTests
{
    private static readonly AddressFamily[] V4 = [AddressFamily.InterNetwork];
    private static readonly AddressFamily[] Both = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    [Fact]
    public void A_node_without_a_subnet_needs_one_of_each_family() =>
        Plan(Both, [NodeOf("n1")]).Needs.Select(n => n.Family).Should().Equal(Both);

    [Fact]
    public void A_node_with_its_subnet_needs_nothing() => Plan(V4, [NodeOf("n1")], Held("n1", "10.255.1.0/24")).IsEmpty.Should().BeTrue();

    [Fact]
    public void Subnets_of_two_families_are_no_rivals() =>
        Plan(Both, [NodeOf("n1")], Held("n1", "10.255.1.0/24"), Held("n1", "fd00:255:0:1::/64")).IsEmpty.Should().BeTrue();

    [Fact]
    public void Of_two_of_one_family_the_younger_is_released_whatever_their_names()
    {
        var plan = Plan(V4, [NodeOf("n1")], Held("n1", "10.255.1.0/24", created: 2), Held("n1", "10.255.9.0/24", created: 1));
        plan.Releases.Should().ContainSingle().Which.Spec.Cidr.Should().Be("10.255.1.0/24");
        plan.Needs.Should().BeEmpty();
    }

    [Fact]
    public void Of_two_of_one_age_the_higher_name_is_released() =>
        Plan(V4, [NodeOf("n1")], Held("n1", "10.255.2.0/24"), Held("n1", "10.255.1.0/24")).Releases.Should().ContainSingle().Which.Spec.Cidr.Should().Be("10.255.2.0/24");

    [Fact]
    public void Three_of_one_family_leave_one() =>
        Plan(V4, [NodeOf("n1")], Held("n1", "10.255.3.0/24", 3), Held("n1", "10.255.2.0/24", 2), Held("n1", "10.255.1.0/24", 1)).Releases.Should().HaveCount(2);

    [Fact]
    public void A_released_one_does_not_come_back_while_another_serves_the_node()
    {
        var plan = Plan(V4, [NodeOf("n1")], Resting("n1", "10.255.1.0/24", created: 1), Held("n1", "10.255.2.0/24", created: 2));
        plan.Revivals.Should().BeEmpty();
        plan.Releases.Should().BeEmpty("the one in use keeps the place, though it is the younger");
    }

    [Fact]
    public void A_node_that_is_back_gets_its_own_back_the_eldest_of_several()
    {
        var plan = Plan(V4, [NodeOf("n1")], Resting("n1", "10.255.1.0/24", created: 2), Resting("n1", "10.255.2.0/24", created: 1));
        plan.Revivals.Should().ContainSingle().Which.Spec.Cidr.Should().Be("10.255.2.0/24");
        plan.Needs.Should().BeEmpty();
    }

    [Fact]
    public void A_node_made_again_under_its_name_is_another_node()
    {
        var plan = Plan(V4, [NodeOf("n1", uid: "new")], Held("n1", "10.255.1.0/24"));
        plan.Releases.Should().HaveCount(1);
        plan.Needs.Should().HaveCount(1);
    }

    [Fact]
    public void A_subnet_of_a_node_that_is_gone_is_released_and_once_it_has_rested_deleted()
    {
        Plan(V4, [], Held("n1", "10.255.1.0/24")).Releases.Should().HaveCount(1);
        Plan(V4, [], rested: false, Resting("n1", "10.255.1.0/24")).IsEmpty.Should().BeTrue();
        Plan(V4, [], rested: true, Resting("n1", "10.255.1.0/24")).Deletions.Should().HaveCount(1);
    }

    [Fact]
    public void What_a_node_s_object_says_now_is_written_down() =>
        Plan(V4, [NodeOf("n1", address: "192.0.2.99")], Held("n1", "10.255.1.0/24")).Updates.Should().ContainSingle().Which.Spec.UnderlayAddresses.Should().Equal("192.0.2.99");

    private static SubnetPlan Plan(AddressFamily[] families, Node[] nodes, params Subnet[] subnets) => Plan(families, nodes, rested: false, subnets);

    private static SubnetPlan Plan(AddressFamily[] families, Node[] nodes, bool rested, params Subnet[] subnets) => SubnetPlan.Of(families, nodes, subnets, _ => rested);

    private static Node NodeOf(string name, string? uid = null, string address = "192.0.2.1") => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = uid ?? "uid-" + name },
        Status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", address)] },
    };

    private static Subnet Held(string node, string cidr, int created = 0)
    {
        var subnet = SubnetFacts.Make(NodeOf(node), IPNetwork.Parse(cidr));
        return subnet with { Metadata = subnet.Metadata with { CreationTimestamp = DateTimeOffset.UnixEpoch.AddDays(created) } };
    }

    private static Subnet Resting(string node, string cidr, int created = 0) =>
        Held(node, cidr, created) with { Status = new SubnetStatus { Phase = AllocationPhase.Released, ReleasedAt = DateTimeOffset.UnixEpoch } };
}
