using System.Net;
using FsCheck.Xunit;
using Overlay.NodeAgent.Addresses;

namespace Overlay.NodeAgent.Tests.Addresses;

/// <summary>Each address at most once, rests before reuse, and a full block that uses what was freed.</summary>
public sealed class AddressAllocatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("10.255.2.0/24", "10.255.2.0", "10.255.2.1", "10.255.2.254", 254)]
    [InlineData("10.255.2.0/30", "10.255.2.0", "10.255.2.1", "10.255.2.2", 2)]
    [InlineData("fd00:255:0:2::/126", "fd00:255:0:2::", "fd00:255:0:2::1", "fd00:255:0:2::3", 3)]
    public void A_block_gives_all_but_the_VTEPs_address_and_the_v4_broadcast(string cidr, string vtep, string first, string last, int count)
    {
        var block = new AddressBlock(IPNetwork.Parse(cidr));
        block.Vtep.Should().Be(IPAddress.Parse(vtep));
        block.Count.Should().Be((UInt128)count);
        block.At(0).Should().Be(IPAddress.Parse(first));
        block.At(block.Count - 1).Should().Be(IPAddress.Parse(last));
        block.PlaceOf(block.At(block.Count - 1)).Should().Be(block.Count - 1);
        block.PlaceOf(block.Vtep).Should().BeNull();
    }

    [Theory]
    [InlineData("10.255.2.0/31")]
    [InlineData("10.255.2.0/32")]
    [InlineData("fd00::/128")]
    public void A_block_without_room_is_exhausted(string cidr) =>
        new AddressAllocator(new AddressBlock(IPNetwork.Parse(cidr))).Allocate(Start).Should().BeNull();

    [Fact]
    public void A_huge_block_is_no_problem()
    {
        var allocator = new AddressAllocator(new AddressBlock(IPNetwork.Parse("fd00:255:0:2::/64")));
        allocator.Allocate(Start).Should().Be(IPAddress.Parse("fd00:255:0:2::1"));
        allocator.Allocate(Start).Should().Be(IPAddress.Parse("fd00:255:0:2::2"));
    }

    [Fact]
    public void A_freed_address_rests_while_others_are_free()
    {
        var allocator = Small();
        var first = allocator.Allocate(Start)!;
        allocator.Free(first, Start);
        var given = Enumerable.Range(0, 5).Select(_ => allocator.Allocate(Start)).ToArray();
        given.Should().NotContain(first).And.NotContainNulls();
    }

    [Fact]
    public void When_nothing_else_is_left_the_longest_rested_is_usable_at_once()
    {
        var allocator = Small();
        var all = Enumerable.Range(0, 6).Select(_ => allocator.Allocate(Start)!).ToArray();
        allocator.Allocate(Start).Should().BeNull();
        allocator.Free(all[3], Start);
        allocator.Free(all[1], Start.AddSeconds(1));
        allocator.Allocate(Start.AddSeconds(2)).Should().Be(all[3]);
        allocator.Allocate(Start.AddSeconds(2)).Should().Be(all[1]);
        allocator.Allocate(Start.AddSeconds(2)).Should().BeNull();
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_lengthen_rests()
    {
        var allocator = Small();
        var first = allocator.Allocate(Start)!;
        allocator.Free(first, Start);
        allocator.Allocate(Start.AddHours(-2)).Should().NotBe(first);
        Enumerable.Range(0, 5).Select(_ => allocator.Allocate(Start.AddHours(-2).Add(AddressAllocator.Rest))).Should().Contain(first);
    }

    /// <summary>Any course of events, compared with a naive model that remembers everything.</summary>
    [Property(MaxTest = 300)]
    public void Never_one_address_twice_and_never_refused_while_one_is_left(int[] steps)
    {
        var allocator = Small();
        var mine = new List<IPAddress>();
        var now = Start;
        foreach (var step in steps)
        {
            now = now.AddSeconds(step & 63);
            if (step % 3 == 0 && mine.Count > 0)
            {
                var gone = mine[Math.Abs(step % mine.Count)];
                mine.Remove(gone);
                allocator.Free(gone, now).Should().BeTrue();
                allocator.Free(gone, now).Should().BeFalse();
            }
            else if (allocator.Allocate(now) is { } given)
            {
                mine.Should().NotContain(given);
                allocator.Block.PlaceOf(given).Should().NotBeNull();
                mine.Add(given);
            }
            else
            {
                mine.Should().HaveCount((int)allocator.Block.Count);
            }

            allocator.Used.Should().Be(mine.Count);
        }
    }

    [Property(MaxTest = 100)]
    public void An_allocator_made_anew_from_records_gives_nothing_out_that_is_in_use(byte[] taken)
    {
        var allocator = new AddressAllocator(new AddressBlock(IPNetwork.Parse("10.255.2.0/24")));
        var used = taken.Where(t => t is > 0 and < 255).Select(t => new IPAddress([10, 255, 2, t])).ToHashSet();
        foreach (var address in used)
            allocator.Take(address).Should().BeTrue();
        var given = new HashSet<IPAddress>();
        while (allocator.Allocate(Start) is { } address)
            given.Add(address).Should().BeTrue();
        given.Should().NotIntersectWith(used);
        given.Should().HaveCount(254 - used.Count);
    }

    private static AddressAllocator Small() => new(new AddressBlock(IPNetwork.Parse("10.255.2.0/29")));
}
