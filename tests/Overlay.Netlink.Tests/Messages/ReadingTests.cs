using FsCheck.Xunit;
using Overlay.Netlink.Messages;
using Overlay.Netlink.NfTables.Sets;

namespace Overlay.Netlink.Tests.Messages;

public sealed class ReadingTests
{
    [Fact]
    public void A_refusal_is_read_with_the_kernels_words()
    {
        ReadOnlySpan<byte> datagram = Hex.Of("""
            3c000000 0200 0003 01000000 00000000    # NLMSG_ERROR, CAPPED | ACK_TLVS
            ea ff ff ff                             # -22
            28000000 1800 0506 01000000 00000000    # the request's header
            0f00 0100 4e6f20646576696365 2100 00    # NLMSGERR_ATTR_MSG "No device!"
            0800 0200 1c000000                      # NLMSGERR_ATTR_OFFS 28
            """);
        NetlinkMessage.TryTake(ref datagram, out var message).Should().BeTrue();
        Acknowledgement.ErrnoOf(message).Should().Be(Errno.EINVAL);
        Acknowledgement.TextOf(message).Should().Be("No device! (at byte 28)");
    }

    [Fact]
    public void A_truncated_message_ends_the_datagram()
    {
        ReadOnlySpan<byte> datagram = Hex.Of("ff000000 1000 0000 00000000 00000000");
        NetlinkMessage.TryTake(ref datagram, out _).Should().BeFalse();
    }

    [Fact]
    public void What_an_attribute_writer_wrote_a_reader_reads()
    {
        var writer = new MessageWriter(capacity: 1);
        writer.U8(1, 0xab);
        writer.U16Big(2, 0x1234);
        writer.Text(3, "ovp1");
        var nested = writer.BeginNested(4);
        writer.U64Big(5, 77);
        writer.EndNested(nested);

        var reader = new AttributeReader(writer.Written);
        reader.MoveNext().Should().BeTrue();
        (reader.Type, reader.U8()).Should().Be(((ushort)1, (byte)0xab));
        reader.MoveNext().Should().BeTrue();
        (reader.Type, reader.U16Big()).Should().Be(((ushort)2, (ushort)0x1234));
        reader.MoveNext().Should().BeTrue();
        (reader.Type, reader.Text()).Should().Be(((ushort)3, "ovp1"));
        reader.MoveNext().Should().BeTrue();
        reader.Type.Should().Be(4);
        var inner = reader.Nested();
        inner.MoveNext().Should().BeTrue();
        (inner.Type, inner.U64Big()).Should().Be(((ushort)5, 77ul));
        reader.MoveNext().Should().BeFalse();
    }

    /// <summary>The kernel is trusted, but a newer one may send attributes that we do not know; nothing it sends may hang us.</summary>
    [Property(MaxTest = 2000)]
    public void Any_bytes_come_to_an_end(byte[] bytes)
    {
        ReadOnlySpan<byte> datagram = bytes;
        while (NetlinkMessage.TryTake(ref datagram, out var message))
        {
            _ = Acknowledgement.ErrnoOf(message);
        }

        var reader = new AttributeReader(bytes);
        var count = 0;
        while (reader.MoveNext())
        {
            count++;
        }

        count.Should().BeLessThanOrEqualTo(bytes.Length / 4);
        _ = ElementMessages.CommentOf(bytes);
    }
}
