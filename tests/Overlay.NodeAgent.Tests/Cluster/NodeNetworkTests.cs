using System.Net;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.NodeAgent.Cluster;

namespace Overlay.NodeAgent.Tests.Cluster;

/// <summary>What the cluster's objects mean for one node.</summary>
public sealed class NodeNetworkTests
{
    private static readonly OverlayNetwork Network = new() { Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] } };

    [Fact]
    public void Without_a_network_the_node_waits_and_says_for_what() =>
        NodeNetwork.Of(null, [], "n1", "u1").Waiting.Should().Contain("OverlayNetwork");

    [Fact]
    public void Without_a_subnet_of_its_own_the_node_waits() => NodeNetwork.Of(Network, [Of(2)], "n1", "u1").Waiting.Should().Contain("Subnet").And.Contain("n1");

    [Fact]
    public void A_subnet_of_a_former_node_of_that_name_is_not_ours() => NodeNetwork.Of(Network, [Of(1)], "n1", "other").Network.Should().BeNull();

    [Fact]
    public void A_subnet_that_rests_is_nobodys() =>
        NodeNetwork
            .Of(Network, [Of(1), Of(2) with { Status = new SubnetStatus { Phase = AllocationPhase.Released } }], "n1", "u1")
            .Network!.Others.Should()
            .BeEmpty();

    [Fact]
    public void Both_families_of_a_node_are_one_node()
    {
        var v6 = Of(2) with { Metadata = new ObjectMeta { Name = "six" }, Spec = Of(2).Spec with { Cidr = "fd00:255:0:2::/64", VtepAddress = "fd00:255:0:2::" } };
        var node = NodeNetwork.Of(Network, [Of(1), Of(2), v6], "n1", "u1").Network!;
        node.V4!.Vtep.Should().Be(IPAddress.Parse("10.255.1.0"));
        node.V6.Should().BeNull();
        node.Others.Should().ContainSingle().Which.Subnets.Should().HaveCount(2);
        node.Underlay.Should().HaveCount(2);
    }

    [Fact]
    public void Of_two_blocks_of_one_family_the_older_is_ours_as_the_operator_has_it()
    {
        var young = Of(1, created: 2);
        var old = Of(9, created: 1);
        old = old with { Spec = old.Spec with { NodeName = "n1", NodeUid = "u1" } };
        NodeNetwork.Of(Network, [young, old], "n1", "u1").Network!.V4!.Vtep.Should().Be(IPAddress.Parse("10.255.9.0"));
    }

    [Fact]
    public void Of_two_blocks_of_one_age_the_lower_name_is_ours()
    {
        var other = Of(2);
        other = other with { Spec = other.Spec with { NodeName = "n1", NodeUid = "u1" } };
        NodeNetwork.Of(Network, [other, Of(1)], "n1", "u1").Network!.V4!.Vtep.Should().Be(IPAddress.Parse("10.255.1.0"));
    }

    [Fact]
    public void A_node_made_again_is_reached_at_its_new_hardware_address_while_its_forerunners_block_is_still_there()
    {
        var again = Of(3);
        again = again with { Spec = again.Spec with { NodeName = "n2", NodeUid = "again", UnderlayAddresses = Of(2).Spec.UnderlayAddresses } };
        NodeNetwork.Of(Network, [Of(1), Of(2), again], "n1", "u1").Network!.Others
            .Select(o => $"{o.Name} {Convert.ToHexString(o.Mac.GetAddressBytes())} {o.Subnets.Single().Network}")
            .Should().Equal("n2 0E0000000003 10.255.3.0/24", "n2 0E0000000002 10.255.2.0/24");
    }

    [Theory]
    [InlineData("nonsense", "0e:00:00:00:00:02", "192.0.2.2")]
    [InlineData("10.255.2.0/24", "nonsense", "192.0.2.2")]
    [InlineData("10.255.2.0/24", "0e:00:00:00:00:02", "nonsense")]
    public void A_subnet_that_can_not_be_read_is_left_out_and_told(string cidr, string mac, string underlay)
    {
        var broken = Of(2) with { Spec = Of(2).Spec with { Cidr = cidr, VtepMac = mac, UnderlayAddresses = [underlay] } };
        var node = NodeNetwork.Of(Network, [Of(1), broken], "n1", "u1").Network!;
        node.Others.Should().BeEmpty();
        node.Problems.Should().ContainSingle().Which.Should().Contain("10.255.2.0-24");
    }

    private static Subnet Of(int i, int created = 0) =>
        new()
        {
            Metadata = new ObjectMeta { Name = $"10.255.{i}.0-24", CreationTimestamp = DateTimeOffset.UnixEpoch.AddDays(created) },
            Spec = new SubnetSpec
            {
                Cidr = $"10.255.{i}.0/24",
                NodeName = $"n{i}",
                NodeUid = $"u{i}",
                UnderlayAddresses = [$"192.0.2.{i}"],
                VtepAddress = $"10.255.{i}.0",
                VtepMac = $"0e:00:00:00:00:0{i}",
            },
        };
}
