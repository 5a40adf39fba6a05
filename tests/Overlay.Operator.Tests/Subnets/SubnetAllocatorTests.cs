using System.Net;
using System.Net.Sockets;
using FsCheck.Xunit;
using Overlay.Api.Network;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Tests.Subnets;

public sealed class SubnetAllocatorTests
{
    [Fact]
    public void A_pools_first_block_is_given_last() =>
        Drain(Allocator(new AddressPool("10.255.0.0/22", 24)), AddressFamily.InterNetwork).Select(b => b.ToString())
            .Should().Equal("10.255.1.0/24", "10.255.2.0/24", "10.255.3.0/24", "10.255.0.0/24");

    [Fact]
    public void The_second_pool_of_a_family_follows_the_first()
    {
        var allocator = Allocator(new("10.255.0.0/24", 24), new("fd00::/63", 64), new("10.0.0.0/24", 25));
        Drain(allocator, AddressFamily.InterNetwork).Select(b => b.ToString()).Should().Equal("10.255.0.0/24", "10.0.0.128/25", "10.0.0.0/25");
        Drain(allocator, AddressFamily.InterNetworkV6).Select(b => b.ToString()).Should().Equal("fd00:0:0:1::/64", "fd00::/64");
    }

    [Theory]
    [InlineData("10.255.2.0/24", "10.255.2.0-24")]
    [InlineData("fd00:255:0:2::/64", "fd00-0255-0000-0002-0000-0000-0000-0000-64")]
    public void A_block_has_one_name(string cidr, string name) => SubnetName.Of(IPNetwork.Parse(cidr)).Should().Be(name);

    /// <summary>Blocks of an earlier, differently cut pool lie about: what is given out touches none of them, and everything free is given out.</summary>
    [Property(MaxTest = 200)]
    public void Nothing_given_out_touches_what_is_occupied_and_nothing_free_is_left((byte At, byte Length)[] occupied)
    {
        var there = occupied.Select(o => Network(o.At, 22 + (o.Length % 9))).ToArray();
        var allocator = new SubnetAllocator([Pool.Of(new AddressPool("10.0.0.0/20", 25), out _)!], there);
        var given = Drain(allocator, AddressFamily.InterNetwork);
        var all = Enumerable.Range(0, 32).Select(i => new IPNetwork(new IPAddress([10, 0, (byte)(i / 2), (byte)(i % 2 * 128)]), 25));
        given.Select(g => g.ToString()).Order(StringComparer.Ordinal).Should().Equal(
            all.Where(b => !there.Any(t => Pool.Overlap(t, b))).Select(b => b.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_VTEPs_MAC_is_the_same_each_time_unicast_and_locally_administered()
    {
        var macs = Enumerable.Range(0, 1000).Select(i => VtepMac.Of($"uid-{i}").GetAddressBytes()).ToArray();
        macs.Should().OnlyContain(m => (m[0] & 3) == 2);
        macs.Select(Convert.ToHexString).Should().OnlyHaveUniqueItems();
        VtepMac.Text(VtepMac.Of("uid-7")).Should().Be(VtepMac.Text(VtepMac.Of("uid-7"))).And.MatchRegex("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$");
    }

    private static IPNetwork Network(byte at, int length)
    {
        var address = 0x0a000000u + ((uint)(at % 64) << 6);
        address &= uint.MaxValue << (32 - length);
        return new IPNetwork(new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]), length);
    }

    private static SubnetAllocator Allocator(params AddressPool[] pools) => new(pools.Select(p => Pool.Of(p, out _)!), []);

    private static List<IPNetwork> Drain(SubnetAllocator allocator, AddressFamily family)
    {
        var given = new List<IPNetwork>();
        while (allocator.Take(family) is { } block)
        {
            given.Add(block);
        }

        return given;
    }
}
