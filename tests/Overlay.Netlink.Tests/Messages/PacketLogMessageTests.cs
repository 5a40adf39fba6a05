using FsCheck.Xunit;
using Overlay.Netlink.Messages;
using Overlay.Netlink.PacketLog;

namespace Overlay.Netlink.Tests.Messages;

public sealed class PacketLogMessageTests
{
    [Fact]
    public void A_group_is_bound_and_set_up_in_one_message()
    {
        var list = PacketLogMessages.Bind(4789, new PacketLogSettings(), withConnections: true);

        list.Writer.Written.ToArray().Should().Equal(Hex.Of("""
            40000000 0104 0500 00000000 00000000    # NFULNL_MSG_CONFIG of NFNL_SUBSYS_ULOG, request and acknowledge
            00 00 12b5                              # any family, version 0, group 4789
            0500 0100 01 000000                     # NFULA_CFG_CMD bind
            0a00 0200 00000080 02 00 0000           # NFULA_CFG_MODE 128 bytes of the packet
            0800 0400 0000000a                      # NFULA_CFG_TIMEOUT 10 hundredths of a second
            0800 0500 00000020                      # NFULA_CFG_QTHRESH 32
            0600 0600 0005 0000                     # NFULA_CFG_FLAGS sequence and conntrack
            """));
    }

    /// <summary>What a pod sends is in here; the kernel puts it into one attribute, whatever it is.</summary>
    [Property(MaxTest = 2000)]
    public void Any_bytes_are_read_without_an_exception(byte[] bytes)
    {
        var writer = new MessageWriter();
        var start = writer.BeginMessage(PacketLogMessages.Packet, MessageFlags.None);
        bytes.CopyTo(writer.Reserve(bytes.Length));
        writer.EndMessage(start);
        var datagram = writer.Written;
        NetlinkMessage.TryTake(ref datagram, out var message).Should().BeTrue();

        PacketLogMessages.Parse(message).Should().NotBeNull();
    }

    [Property(MaxTest = 2000)]
    public void Any_attributes_are_read_without_an_exception(byte[][] values)
    {
        var writer = new MessageWriter();
        var start = writer.BeginMessage(PacketLogMessages.Packet, MessageFlags.None);
        NetfilterMessage.WriteHeader(writer, 2);
        for (var i = 0; i < values.Length; i++)
        {
            writer.Bytes((ushort)(i % 22), values[i]);
        }

        writer.EndMessage(start);
        var datagram = writer.Written;
        NetlinkMessage.TryTake(ref datagram, out var message).Should().BeTrue();

        PacketLogMessages.Parse(message).Should().NotBeNull();
    }
}
