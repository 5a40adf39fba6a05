using System.Net;
using System.Net.NetworkInformation;
using Overlay.Netlink.NfTables;

namespace Overlay.Netlink.Tests.Messages;

public sealed class SetMessageTests
{
    private static readonly TableName Table = new(NfFamily.Inet, "overlay");

    [Fact]
    public void Elements_in_a_batch()
    {
        var element = new SetElement(new KeyBuilder().DeviceGroup(10_007).Mark(0x0012_0000).Build()) { Value = new KeyBuilder().Mark(7).Build(), Comment = "shop" };
        new NfTablesBatch().AddElements(Table, "m", [element]).Requests.Writer.Written.ShouldBe("""
            14000000 1000 0100 00000000 00000000    # NFNL_MSG_BATCH_BEGIN
            00 00 000a                              # nfgenmsg: subsystem nf_tables, big-endian
            58000000 0c0a 0104 00000000 00000000    # NFT_MSG_NEWSETELEM, CREATE
            01 00 0000                              # NFPROTO_INET
            0c00 0100 6f7665726c617900              # table "overlay"
            0600 0200 6d00 0000                     # set "m"
            3000 0380                               # ELEMENTS
            2c00 0180                               #   LIST_ELEM
            1000 0180                               #     KEY
            0c00 0100 17270000 00001200             #       VALUE: both host-endian
            0c00 0280                               #     DATA
            0800 0100 07000000                      #       VALUE
            0b00 0600 00 05 73686f7000 00           #     USERDATA: comment, 5 bytes, "shop\0"
            """);
    }

    [Fact]
    public void A_list_of_elements_is_cut_below_64_KiB()
    {
        var elements = Enumerable.Range(0, 10_000).Select(i => new SetElement(new KeyBuilder().Mark((uint)i).Build()));
        var batch = new NfTablesBatch().AddElements(Table, "restricted", elements);
        batch.Count.Should().Be(10_000);
        batch.Requests.Count.Should().Be(1 + 3, "an element takes 16 bytes here, and a list ends at 60,000");
    }

    [Fact]
    public void A_key_of_one_component_is_not_padded()
    {
        new KeyBuilder().Port(80).Build().ToString().Should().Be("0050");
        new KeyBuilder().Protocol(6).Build().ToString().Should().Be("06");
        new KeyBuilder().Ethernet(PhysicalAddress.Parse("EE-EE-0A-FF-01-04")).Build().ToString().Should().Be("eeee0aff0104");
    }

    [Fact]
    public void Each_component_of_a_concatenation_is_padded_to_a_register()
    {
        new KeyBuilder().Protocol(6).Port(80).Build().ToString().Should().Be("06000000" + "00500000");
        new KeyBuilder().InterfaceName("ovp1").Ethernet(PhysicalAddress.Parse("EE-EE-0A-FF-01-04")).Address(IPAddress.Parse("10.255.1.4")).Build().ToString()
            .Should().Be("6f767031000000000000000000000000" + "eeee0aff01040000" + "0aff0104");
    }

    [Fact]
    public void Marks_and_groups_are_host_endian_but_big_endian_among_intervals()
    {
        new KeyBuilder().Mark(0x0012_0000).DeviceGroup(10_007).Build().ToString().Should().Be("00001200" + "17270000");
        new KeyBuilder(forIntervals: true).Mark(0x0012_0000).DeviceGroup(10_007).Build().ToString().Should().Be("00120000" + "00002717");
    }

    [Theory]
    [InlineData("10.255.0.0/16", "0aff0000", "0b000000")]
    [InlineData("10.1.2.3/32", "0a010203", "0a010204")]
    [InlineData("192.168.7.128/25", "c0a80780", "c0a80800")]
    [InlineData("224.0.0.0/3", "e0000000", null)]
    [InlineData("255.255.255.255/32", "ffffffff", null)]
    [InlineData("0.0.0.0/0", "00000000", null)]
    [InlineData("fd00:255::/48", "fd000255000000000000000000000000", "fd000255000100000000000000000000")]
    public void An_interval_has_a_start_and_what_comes_after_its_end(string network, string start, string? after)
    {
        var elements = Intervals.Of(IPNetwork.Parse(network)).ToList();
        elements[0].Should().Be(new SetElement(new NfValue(Convert.FromHexString(start))));
        elements.Skip(1).Should().Equal(after is null ? [] : [new SetElement(new NfValue(Convert.FromHexString(after))) { IsIntervalEnd = true }]);
    }

    [Fact]
    public void A_comment_too_long_for_nft_is_refused()
    {
        var element = new SetElement(new KeyBuilder().Mark(1).Build()) { Comment = new string('x', 128) };
        FluentActions.Invoking(() => new NfTablesBatch().AddElements(Table, "s", [element])).Should().Throw<ArgumentException>().WithMessage("*at most 127 bytes*");
    }
}
