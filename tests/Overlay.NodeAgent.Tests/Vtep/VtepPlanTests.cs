using System.Net;
using System.Net.NetworkInformation;
using FsCheck.Xunit;
using Overlay.Netlink;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Tests.Vtep;

/// <summary>The plan is the difference between the Subnets and the kernel, and nothing more.</summary>
public sealed class VtepPlanTests
{
    private static readonly LinkIndex Vtep = new(7);
    private static readonly VtepKernel Empty = new([], [], [], []);
    private static readonly IPAddress[] Own = [IPAddress.Parse("10.255.1.0")];

    [Fact]
    public void Each_remote_node_costs_one_route_one_neighbour_and_one_forwarding_entry()
    {
        var plan = VtepPlan.Of(Vtep, Own, [Node(2), Node(3)], Empty);
        plan.AddAddresses.Should().ContainSingle().Which.PrefixLength.Should().Be(32);
        plan.AddRoutes.Select(r => r.ToString()).Should().Equal("10.255.2.0/24 via 10.255.2.0 dev if7 onlink proto Overlay", "10.255.3.0/24 via 10.255.3.0 dev if7 onlink proto Overlay");
        plan.AddNeighbours.Should().HaveCount(2);
        plan.AddForwarding.Should().HaveCount(2);
        plan.Count.Should().Be(7);
    }

    [Fact]
    public void Nothing_is_written_when_all_is_well() => VtepPlan.Of(Vtep, Own, [Node(2)], After(Own, [Node(2)])).Count.Should().Be(0);

    [Fact]
    public void A_node_with_another_address_costs_one_change()
    {
        var plan = VtepPlan.Of(Vtep, Own, [Node(2) with { Underlay = IPAddress.Parse("192.0.2.99") }], After(Own, [Node(2)]));
        plan.Count.Should().Be(1);
        plan.AddForwarding.Should().ContainSingle().Which.Remote.Should().Be(IPAddress.Parse("192.0.2.99"));
    }

    [Fact]
    public void Leftovers_of_a_node_that_is_gone_are_removed()
    {
        var plan = VtepPlan.Of(Vtep, Own, [Node(3)], After(Own, [Node(2), Node(3)]));
        (plan.RemoveRoutes.Length, plan.RemoveNeighbours.Length, plan.RemoveForwarding.Length, plan.Count).Should().Be((1, 1, 1, 3));
    }

    [Fact]
    public void What_the_kernel_makes_by_itself_is_let_be()
    {
        var kernel = Empty with
        {
            Addresses = [new InterfaceAddress(Vtep, IPAddress.Parse("fe80::1234"), 64)],
            Routes = [Route.To(IPNetwork.Parse("fe80::/64"), Vtep) with { Protocol = RouteProtocol.Kernel }],
            Neighbours = [new Neighbour(Vtep, IPAddress.Parse("ff02::2"), PhysicalAddress.Parse("33-33-00-00-00-02")) { State = NeighbourState.NoArp }],
        };
        VtepPlan.Of(Vtep, [], [], kernel).Count.Should().Be(0);
    }

    /// <summary>From any state to any other: applying the plan to a model of the kernel gives what was wanted.</summary>
    [Property(MaxTest = 200)]
    public void Applied_to_any_state_it_gives_what_is_wanted(byte[] before, byte[] after)
    {
        var had = before.Distinct().Select(b => Node(b)).ToArray();
        var want = after.Distinct().Select(b => b % 5 == 0 ? Node(b) with { Mac = Mac(b, 0x99) } : Node(b)).ToArray();
        var kernel = After(Own, had);
        var result = Apply(kernel, VtepPlan.Of(Vtep, Own, want, kernel));
        var expected = After(Own, want);
        result.Routes.Should().BeEquivalentTo(expected.Routes);
        result.Neighbours.Should().BeEquivalentTo(expected.Neighbours);
        result.Forwarding.Should().BeEquivalentTo(expected.Forwarding);
        VtepPlan.Of(Vtep, Own, want, result).Count.Should().Be(0);
    }

    private static VtepKernel After(IPAddress[] own, RemoteNode[] nodes) => Apply(Empty, VtepPlan.Of(Vtep, own, nodes, Empty));

    private static VtepKernel Apply(VtepKernel kernel, VtepPlan plan) =>
        new(
            [.. kernel.Addresses.Except(plan.RemoveAddresses), .. plan.AddAddresses],
            [.. kernel.Routes.Except(plan.RemoveRoutes).Where(r => plan.AddRoutes.All(a => !a.Destination.Equals(r.Destination))), .. plan.AddRoutes],
            [.. kernel.Neighbours.Except(plan.RemoveNeighbours).Where(n => plan.AddNeighbours.All(a => !a.Address.Equals(n.Address))), .. plan.AddNeighbours],
            [.. kernel.Forwarding.Except(plan.RemoveForwarding).Where(f => plan.AddForwarding.All(a => !a.MacAddress.Equals(f.MacAddress))), .. plan.AddForwarding]
        );

    private static RemoteNode Node(byte i) =>
        new($"n{i}", new IPAddress([192, 0, 2, i]), Mac(i, 0), [new RemoteSubnet(IPNetwork.Parse($"10.255.{i}.0/24"), new IPAddress([10, 255, i, 0]))]);

    private static PhysicalAddress Mac(byte i, byte other) => new([0x0e, 0, 0, 0, other, i]);
}
